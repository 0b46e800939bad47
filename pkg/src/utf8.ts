// UTF-8. Where a runtime has no codec for it, as in jsdom, or one that does not tell what is no UTF-8, as some polyfills, it is
// made of what the language has itself (ECMAScript, annex B).

import { attempt } from './guard'

export interface Decoder {
  /** Throws where it is no UTF-8, at the end also where the last character is incomplete. */
  decode(bytes?: Uint8Array | ArrayBuffer, options?: { stream?: boolean }): string
}

export interface Encoder {
  encode(text: string): Uint8Array
}

const ownDecoder = (): Decoder => {
  let letters = ''
  return {
    decode(bytes, options) {
      for (const byte of new Uint8Array(bytes ?? [])) letters += String.fromCharCode(byte)
      if (options?.stream) return ''
      const text = decodeURIComponent(escape(letters))
      letters = ''
      // A mark in front says no more than that it is UTF-8.
      return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
    },
  }
}

export const decoder = (): Decoder => {
  const own = attempt(() => new TextDecoder('utf-8', { fatal: true }))
  return own?.fatal ? own : ownDecoder()
}

export const encoder = (): Encoder =>
  attempt(() => new TextEncoder()) ?? {
    encode: (text) => {
      // Half a character is no character, and cannot be encoded.
      const letters = unescape(encodeURIComponent(text.replace(/\p{Cs}/gu, '?')))
      return Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
    },
  }
