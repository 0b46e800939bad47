// An app with the oldest way to find modules: the main entry is found by `main` and `types`, the other by its file.
import { LoginRocket, unwrap, type FullLogin } from 'loginrocket-wasm';
import { init } from 'loginrocket-wasm/external';

const lr = new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' });

export async function signIn(): Promise<FullLogin | undefined> {
  await init();
  const answer = unwrap(await lr.login({ email: 'ada@example.com', password: 'sample' }));
  return answer.next === 'done' ? answer : undefined;
}
