import { LoginRocket } from 'loginrocket-wasm';

export { LoginRocket };

/** `isCareful`: its session is stored, and gives out no token whose signature was not verified. */
export const make = async (url, { isCareful } = {}) =>
  new LoginRocket({ url, ...(isCareful && { storage: 'local', verify: 'strict' }) });

/** What an app looks at first. */
export const read = (client) => client.session.snapshot;
