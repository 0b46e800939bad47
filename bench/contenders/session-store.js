import { SessionStore } from '../peers/session-store.js';

export async function open(service, isFirst) {
  const store = new SessionStore({ url: service });
  if (isFirst) await store.login({ email: 'ada@example.com', password: 'sample' });
  await store.token();
  return {
    session: store,
    ask: async () => Boolean(await store.token()),
    isKept: () => Boolean(store.user),
  };
}
