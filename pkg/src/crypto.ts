// WebCrypto, as far as RS256 needs it.

import { bytesOf, bytesOfUrl } from './base64'
import { global } from './guard'
import { bare } from './members'
import { encoder as makeEncoder, type Encoder } from './utf8'
import { Signature } from './wire/inputs'

const RS256 = 'RSASSA-PKCS1-v1_5'
/** Without what a page has put into `Object.prototype`, which the platform would read as well. */
const ALGORITHM = bare({ name: RS256, hash: 'SHA-256' }) as unknown as RsaHashedImportParams

// Missing on plain http, and where a page has hidden it.
const subtle = () => global('crypto', 'subtle')

export const hasCrypto = (): boolean => !!subtle()

type Verdict = [signature: Signature, keyBits: number]

/** To make one costs more than to use it. */
let encoder: Encoder | undefined

/** More keys than a realm has at a time: those that are asked for again get new numbers. */
const MAX_KEYS = 16

/** What verifies signatures, one for each client; a key is read once. */
export const verifier = () => {
  const keys = new Map<number, Promise<[key: CryptoKey, bits: number]>>()
  return async (
    number: number,
    n: string | null,
    e: string | null,
    spki: string | null,
    token: string,
  ): Promise<Verdict> => {
    const crypto = subtle()
    if (!crypto) return [Signature.Unavailable, 0]
    const read = async (): Promise<[CryptoKey, number]> => {
      const key = await (spki
        ? crypto.importKey('spki', bytesOf(atob(spki)), ALGORITHM, false, ['verify'])
        : crypto.importKey('jwk', bare({ kty: 'RSA', n, e }) as JsonWebKey, ALGORITHM, false, ['verify']))
      // Browsers make what they say of a key anew each time.
      return [key, (key.algorithm as RsaHashedKeyAlgorithm).modulusLength]
    }
    let reading = keys.get(number)
    if (!reading) {
      if (keys.size >= MAX_KEYS) keys.clear()
      keys.set(number, (reading = read()))
    }
    let key, bits
    try {
      ;[key, bits] = await reading
    } catch {
      // What failed once is tried again with the next token.
      keys.delete(number)
      return [Signature.UnreadableKey, 0]
    }
    try {
      const at = token.lastIndexOf('.')
      const signature = bytesOfUrl(token.slice(at + 1))
      encoder ??= makeEncoder()
      const isGood = await crypto.verify(RS256, key, signature, encoder.encode(token).subarray(0, at))
      return [isGood ? Signature.Good : Signature.Bad, bits]
    } catch {
      return [Signature.Bad, bits]
    }
  }
}
