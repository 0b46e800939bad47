// Tokens that can be read and are signed by nobody: for clients that look into a token without verifying it.

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with these claims; the signature's length is that of a real one. */
export const unsigned = (claims) =>
  `${part({ kid: 'jky_sample123456', alg: 'RS256' })}.${part(claims)}.${'A'.repeat(342)}`;

/** The claims that a LoginRocket realm puts into its tokens (protocol.md#sample-payload). */
export const realmClaims = (issuedAt, lifetimeSeconds) => ({
  exp: issuedAt + lifetimeSeconds,
  iat: issuedAt,
  iss: 'https://authrocket.com',
  rid: 'rl_sample123456',
  sid: 'kss_sample123456',
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
