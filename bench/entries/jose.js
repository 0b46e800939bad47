import { createRemoteJWKSet, jwtVerify } from 'jose';

/** As jose's documentation does it: keys from an address, which are kept, and a fixed issuer. */
export function verifier(url) {
  const keys = createRemoteJWKSet(new URL('connect/jwks', url));
  return (token) =>
    jwtVerify(token, keys, { issuer: 'https://authrocket.com', algorithms: ['RS256'], clockTolerance: 5 });
}
