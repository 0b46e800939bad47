// WebCrypto, as far as RS256 needs it. Nothing here throws or rejects.

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

// Missing on plain http, and where a page has hidden it.
const subtle = () => globalThis.crypto?.subtle

export const signatures = {
  canVerify: () => !!subtle(),
  /** A public key from its components, or from its SPKI in base64; undefined if it is none, or too short. */
  importKey: async (n, e, spki) => {
    try {
      const key = await (spki
        ? subtle().importKey('spki', Uint8Array.from(atob(spki), (c) => c.charCodeAt(0)), RS256, false, ['verify'])
        : subtle().importKey('jwk', { kty: 'RSA', n, e }, RS256, false, ['verify']))
      return key.algorithm.modulusLength < 2048 ? undefined : key
    } catch {}
  },
  /** Whether a signature is that of a text in ASCII. */
  verify: async (key, signed, signature) => {
    try {
      return await subtle().verify(RS256.name, key, signature, new TextEncoder().encode(signed))
    } catch {
      return false
    }
  },
}
