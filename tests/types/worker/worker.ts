// An app's worker: there is a fetch and no page.
import { LoginRocket } from 'loginrocket-wasm';
import { init } from 'loginrocket-wasm/external';

await init(fetch('/loginrocket.wasm'));
const lr = new LoginRocket({ url: new URL('https://SAMPLE.e2.loginrocket.com/'), fetch });

self.addEventListener('message', async (event: MessageEvent<FormData>) => {
  const { error, next } = await lr.login(event.data, { signal: AbortSignal.timeout(1000) });
  const response: Response = await lr.session.fetch(new Request('/api'));
  self.postMessage([error, next, response.status]);
});
