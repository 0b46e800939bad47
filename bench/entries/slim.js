import { init, LoginRocket } from 'loginrocket-wasm/slim';

export async function make(url) {
  await init('/slim.wasm');
  return new LoginRocket({ url });
}
