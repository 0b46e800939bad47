// Keys and tokens made by a second, independent library, for what no realm would sign.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { given } from '../../support/browser.mjs';

const tools = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'));
const jose = await import(pathToFileURL(tools.resolve('jose')));

/** What every token of the service has; `aheadSeconds` moves its times. */
export function claims(aheadSeconds = 0) {
  const now = Math.floor(Date.now() / 1000) + aheadSeconds;
  const org = { oid: 'org_sample123456', mid: 'mb_sample123456', name: 'Engines', perm: [], selected: true };
  return {
    iss: 'https://authrocket.com',
    rid: 'rl_sample123456',
    sid: 'kss_sample123456',
    sub: 'usr_sample123456',
    name: 'Eve Sample',
    email: 'eve@example.com',
    iat: now,
    exp: now + 600,
    orgs: [org],
  };
}

/**
 * Makes a key: `jwk` is what a realm publishes of it, `sign` makes a token with it, `spki` is its public half in base64.
 */
export async function makeKey(kid = 'jky_sample123456', algorithm = 'RS256', options = { modulusLength: 2048 }) {
  const { publicKey, privateKey } = await jose.generateKeyPair(algorithm, { extractable: true, ...options });
  const spki = (await jose.exportSPKI(publicKey)).replace(/-----[^-]+-----|\s/g, '');
  return {
    kid,
    jwk: { kid, use: 'sig', alg: algorithm, ...(await jose.exportJWK(publicKey)) },
    spki,
    sign: (payload = claims(), header = {}) =>
      new jose.SignJWT(payload).setProtectedHeader({ kid, alg: algorithm, ...header }).sign(privateKey),
  };
}

/** Signs with a shared secret. */
export function signWithSecret(secret, payload, header) {
  return new jose.SignJWT(payload)
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(secret));
}

/** A token that says what one likes, with a signature that one likes. */
export function write(header, payload, signature = 'c2lnbmF0dXJl') {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}

/** The header and the payload of a token. */
export function read(token) {
  const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header: JSON.parse(header), payload: JSON.parse(payload) };
}
