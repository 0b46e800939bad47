import { init, LoginRocket } from 'loginrocket-wasm/external';

export async function make(url) {
  await init('/external.wasm');
  return new LoginRocket({ url });
}
