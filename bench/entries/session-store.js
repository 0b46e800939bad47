import { SessionStore } from '../peers/session-store.js';

/** Calls and session in one object, as ours has them. */
class Twin extends SessionStore {
  forgotPassword(params) {
    return this.client.forgotPassword(params);
  }
}

/** `isStubbed` is that of the axios client. `isCareful`: every token is verified; its session is stored in any case. */
export const make = async (url, { isStubbed, isCareful } = {}) =>
  new Twin({ url, isVerifying: isCareful, adapter: isStubbed ? 'fetch' : undefined });

/** What an app looks at first. */
export const read = (client) => client.user;
