import { initializeApp } from '@firebase/app';
import {
  browserLocalPersistence,
  connectAuthEmulator,
  indexedDBLocalPersistence,
  initializeAuth,
  signInWithEmailAndPassword,
} from '@firebase/auth';

export async function open(service, isFirst) {
  const app = initializeApp({ apiKey: 'sample', projectId: 'sample' });
  const auth = initializeAuth(app, { persistence: [indexedDBLocalPersistence, browserLocalPersistence] });
  connectAuthEmulator(auth, service, { disableWarnings: true });
  if (isFirst) await signInWithEmailAndPassword(auth, 'ada@example.com', 'sample');
  await auth.authStateReady();
  return {
    ask: async () => Boolean(await auth.currentUser.getIdToken()),
    isKept: () => Boolean(auth.currentUser),
  };
}
