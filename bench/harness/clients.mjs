// The clients that are loaded and called, each bundled by itself: ours, the one in the official client's role, the same with a
// session by hand, and the least there can be.
import { bundle } from './bundle.mjs';
import { realmClaims, realmKey, unsigned } from './tokens.mjs';
import { hasExternal, wasmFile } from '../tables/size.mjs';
import { OURS, REFERENCE, TWIN } from '../contenders/list.mjs';

export const PLAIN = 'plain fetch';

const entries = {
  [PLAIN]: 'fetch-client',
  [REFERENCE]: 'axios-client',
  [TWIN]: 'session-store',
  [OURS]: 'loginrocket-wasm',
  [`${OURS}/external`]: 'external',
};

/** The names of the clients in this build, the paths of their scripts, and the files to serve for them. */
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

const fullLogin = (token, session = 'kss_sample123456') =>
  JSON.stringify({ result: 'full_login', session, account: 'org_sample123456', token });

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** An answer to a sign-in, an hour before its token expires. */
export const signedIn = () => fullLogin(unsigned(realmClaims(nowSeconds(), 3600)));

/** Several such answers, each with a session of its own as of a real service and a signed token, and the keys to verify them with. */
export function signedInVerifiably(count = 20) {
  const { keys, signed } = realmKey();
  const bodies = Array.from({ length: count }, (_, number) => {
    const session = `kss_sample${123456 + number}`;
    return fullLogin(signed(realmClaims(nowSeconds(), 3600, session)), session);
  });
  return { keys, bodies };
}

export const REFUSAL = JSON.stringify({ result: 'error', error: 'Login failed', errors: ['Login failed'] });
