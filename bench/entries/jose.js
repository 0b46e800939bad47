import { createRemoteJWKSet, jwtVerify } from 'jose';

/** As its documentation has it: the keys of an address, kept, and the issuer pinned. */
export function verifier(url) {
  const keys = createRemoteJWKSet(new URL('connect/jwks', url));
  return (token) =>
    jwtVerify(token, keys, { issuer: 'https://authrocket.com', algorithms: ['RS256'], clockTolerance: 5 });
}
