import { LoginRocket } from '../peers/axios-client.js';

/** `isStubbed` makes axios take `fetch`, which a test can replace, instead of XMLHttpRequest, which it takes by itself. */
export const make = async (url, { isStubbed } = {}) =>
  new LoginRocket({ url, adapter: isStubbed ? 'fetch' : undefined });
