/** Where the site is, to its generator; `portable.mjs` has each page find out for itself. */
export const BASE = '/__base__/';
