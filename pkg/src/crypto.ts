// WebCrypto, as far as RS256 needs it.

import { attempt } from './guard'
import { bare } from './members'
import { Signature } from './wire/inputs'

const RS256 = 'RSASSA-PKCS1-v1_5'
/** Without what a page has put into `Object.prototype`, which the platform would read as well. */
const ALGORITHM = bare({ name: RS256, hash: 'SHA-256' }) as unknown as RsaHashedImportParams

// Missing on plain http, and where a page has hidden it.
const subtle = () => attempt(() => globalThis.crypto?.subtle)

export const hasCrypto = (): boolean => !!subtle()

/** The bytes of a text of which each letter is one. */
const bytesOf = (letters: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at)
  return bytes
}

type Verdict = [signature: Signature, keyBits: number]

/** More keys than a realm has at a time: those that are asked for again get new numbers. */
const MAX_KEYS = 16

/** What verifies signatures, one for each client; a key is read once. */
export const verifier = () => {
  const keys = new Map<number, Promise<CryptoKey>>()
  return async (
    number: number,
    n: string | null,
    e: string | null,
    spki: string | null,
    signed: string,
    signature: string,
  ): Promise<Verdict> => {
    const crypto = subtle()
    if (!crypto) return [Signature.Unavailable, 0]
    const read = async () =>
      spki
        ? crypto.importKey('spki', bytesOf(atob(spki)), ALGORITHM, false, ['verify'])
        : crypto.importKey('jwk', bare({ kty: 'RSA', n, e }) as JsonWebKey, ALGORITHM, false, ['verify'])
    const reading = keys.get(number) ?? read()
    if (keys.size >= MAX_KEYS) keys.clear()
    keys.set(number, reading)
    let key
    try {
      key = await reading
    } catch {
      // What failed once is tried again with the next token.
      keys.delete(number)
      return [Signature.UnreadableKey, 0]
    }
    const { modulusLength } = key.algorithm as RsaHashedKeyAlgorithm
    try {
      const isGood = await crypto.verify(RS256, key, bytesOf(signature), bytesOf(signed))
      return [isGood ? Signature.Good : Signature.Bad, modulusLength]
    } catch {
      return [Signature.Bad, modulusLength]
    }
  }
}
