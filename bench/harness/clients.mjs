// The clients that are loaded and called, each bundled by itself: ours, the one in the official client's role, and the
// least there can be.
import { bundle } from './bundle.mjs';
import { realmClaims, unsigned } from './tokens.mjs';
import { hasExternal, wasmFile } from '../tables/size.mjs';
import { OURS, REFERENCE } from '../contenders/list.mjs';

export const PLAIN = 'plain fetch';

const entries = {
  [PLAIN]: 'fetch-client',
  [REFERENCE]: 'axios-client',
  [OURS]: 'loginrocket-wasm',
  [`${OURS}/external`]: 'external',
};

/** The names of those that there are, with the paths of their scripts, and the files to serve for them. */
export async function clients() {
  const present = Object.entries(entries).filter(([, entry]) => entry !== 'external' || hasExternal());
  const files = { ...(hasExternal() && { '/external.wasm': wasmFile() }) };
  for (const [, entry] of present)
    files[`/${entry}.js`] = await bundle({ contents: `export * from './entries/${entry}.js'` });
  return {
    names: present.map(([name]) => name),
    entry: (name) => entries[name],
    script: (name) => `/${entries[name]}.js`,
    files,
  };
}

/** An answer to a sign-in, an hour before its token expires. */
export const signedIn = () =>
  JSON.stringify({
    result: 'full_login',
    session: 'kss_sample123456',
    account: 'org_sample123456',
    token: unsigned(realmClaims(Math.floor(Date.now() / 1000), 3600)),
  });

export const REFUSAL = JSON.stringify({ result: 'error', error: 'Login failed', errors: ['Login failed'] });
