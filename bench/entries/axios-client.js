import { LoginRocket } from '../peers/axios-client.js';

/** `isStubbed` makes axios use `fetch`, which can be replaced. Otherwise it uses XMLHttpRequest. */
export const make = async (url, { isStubbed } = {}) =>
  new LoginRocket({ url, adapter: isStubbed ? 'fetch' : undefined });
