import { LoginRocket } from 'loginrocket-wasm';

export { LoginRocket };

export const make = async (url) => new LoginRocket({ url });

/** What an app looks at first. */
export const read = (client) => client.session.snapshot;
