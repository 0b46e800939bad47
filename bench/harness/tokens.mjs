// Tokens: signed by nobody, for clients that look into a token without verifying it, and really signed for those that do.
import { generateKeyPairSync, sign } from 'node:crypto';

const KID = 'jky_sample123456';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with these claims; the signature's length is that of a real one. */
export const unsigned = (claims) =>
  `${part({ kid: KID, alg: 'RS256' })}.${part(claims)}.${'A'.repeat(342)}`;

/** A realm's key: what `connect/jwks` says of it, and tokens that it has signed. */
export function realmKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: KID, alg: 'RS256', use: 'sig' };
  return {
    keys: JSON.stringify({ keys: [jwk] }),
    signed: (claims) => {
      const input = `${part({ kid: KID, alg: 'RS256' })}.${part(claims)}`;
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    },
  };
}

/** The claims that a LoginRocket realm puts into its tokens (protocol.md#sample-payload). */
export const realmClaims = (issuedAt, lifetimeSeconds, session = 'kss_sample123456') => ({
  exp: issuedAt + lifetimeSeconds,
  iat: issuedAt,
  iss: 'https://authrocket.com',
  rid: 'rl_sample123456',
  sid: session,
  sub: 'usr_sample123456',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  orgs: [
    {
      oid: 'org_sample123456',
      mid: 'mb_sample123456',
      name: 'Engines',
      perm: ['ar:owner', 'ar:admin'],
      selected: true,
    },
  ],
});
