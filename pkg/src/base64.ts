// Decodes base64.

/** The bytes of a text in which each letter stands for one byte, as `atob` returns it. */
export const bytesOf = (letters: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at)
  return bytes
}

type Decode = (text: string, options: { alphabet: string }) => Uint8Array<ArrayBuffer>

/** Decodes base64url that the engine has checked. Newer browsers have their own function, which is several times as fast. */
export const bytesOfUrl = (text: string): Uint8Array<ArrayBuffer> => {
  const made = Uint8Array as { fromBase64?: Decode }
  return made.fromBase64
    ? made.fromBase64(text, { alphabet: 'base64url' })
    : bytesOf(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
}
