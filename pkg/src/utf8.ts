// UTF-8. Some runtimes have no codec for it, such as jsdom. Some polyfills have a decoder that accepts invalid UTF-8. In both cases
// functions of the language itself take its place (ECMAScript, annex B).

import { bytesOf } from './base64'
import { attempt } from './guard'
import { bare } from './members'

export interface Decoder {
  /** Throws if the bytes are not UTF-8, also if the last character is incomplete. */
  decode(bytes?: Uint8Array | ArrayBuffer): string
}

export interface Encoder {
  encode(text: string): Uint8Array<ArrayBuffer>
  /** Writes the text into `bytes`. Returns how much of the text was read and how many bytes were written. */
  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number }
}

const ownDecoder = (): Decoder => ({
  decode(bytes) {
    let letters = ''
    for (const byte of new Uint8Array(bytes ?? [])) letters += String.fromCharCode(byte)
    const text = decodeURIComponent(escape(letters))
    // A byte order mark at the beginning is not part of the text.
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  },
})

// A lone surrogate is half a character and cannot be encoded.
const encode = (text: string) => bytesOf(unescape(encodeURIComponent(text.replace(/\p{Cs}/gu, '?'))))

const ownEncoder = (): Encoder => ({
  encode,
  encodeInto(text, bytes) {
    const made = encode(text)
    // A part of the text would have to end between two characters, so nothing is written.
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
