// UTF-8. Where a runtime has no codec for it, as in jsdom, or one that does not tell what is no UTF-8, as some polyfills, it is
// made of what the language has itself (ECMAScript, annex B).

import { bytesOf } from './base64'
import { attempt } from './guard'
import { bare } from './members'

export interface Decoder {
  /** Throws where it is no UTF-8, also where the last character is incomplete. */
  decode(bytes?: Uint8Array | ArrayBuffer): string
}

export interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>
  /** Gives how much of the text is in `bytes`. */
  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number }
}

const ownDecoder = (): Decoder => ({
  decode(bytes) {
    let letters = ''
    for (const byte of new Uint8Array(bytes ?? [])) letters += String.fromCharCode(byte)
    const text = decodeURIComponent(escape(letters))
    // A mark in front says no more than that it is UTF-8.
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  },
})

// Half a character is no character, and cannot be encoded.
const encode = (text: string) => bytesOf(unescape(encodeURIComponent(text.replace(/\p{Cs}/gu, '?'))))

const ownEncoder = (): Encoder => ({
  encode,
  encodeInto(text, bytes) {
    const made = encode(text)
    // In part it would have to end between two characters.
    if (made.length > bytes.length) return { read: 0, written: 0 }
    bytes.set(made)
    return { read: text.length, written: made.length }
  },
})

export const decoder = (): Decoder => {
  const own = attempt(() => new TextDecoder('utf-8', bare({ fatal: true })))
  return own?.fatal ? own : ownDecoder()
}

export const encoder = (): Encoder => {
  const own = attempt(() => new TextEncoder())
  return typeof own?.encodeInto === 'function' ? own : ownEncoder()
}
