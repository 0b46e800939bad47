// An app that knows no types of a browser: a server, a library, a shell of its own.
import { LoginRocket, unwrap, type LoginResult, type StorageAdapter } from 'loginrocket-wasm';

const kept = new Map<string, string>();
const storage: StorageAdapter = {
  getItem: (key) => kept.get(key),
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
const lr = new LoginRocket({ url: { href: 'https://SAMPLE.e2.loginrocket.com/' }, storage, fetch: async () => ({}) });

/** A signal of one's own. */
const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };

async function signIn(form: Map<string, string>): Promise<string | undefined> {
  const answer: LoginResult = await lr.login(form, { signal });
  const response: unknown = await lr.session.fetch('https://api.example.com/');
  await lr.session.adoptRedirect('https://app.example.com/');
  return answer.next === 'done' ? answer.token : (answer.error ?? String(response));
}

export const token: Promise<string> = lr.session.token().then((answer) => unwrap(answer).token);
export { signIn };
