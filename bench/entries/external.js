import { init, LoginRocket } from 'loginrocket-wasm/external';

export async function make(url) {
  await init('/external.wasm');
  return new LoginRocket({ url });
}

/** What an app looks at first. */
export const read = (client) => client.session.snapshot;
