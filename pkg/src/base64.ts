// Decodes base64.

/** A text of which each letter is a byte, as browsers decode base64. */
export const bytesOf = (letters: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at)
  return bytes
}

type Decode = (text: string, options: { alphabet: string }) => Uint8Array<ArrayBuffer>

/** What is written in base64url, as the engine has found it. Newer browsers have a function for it, which is several times as quick. */
export const bytesOfUrl = (text: string): Uint8Array<ArrayBuffer> => {
  const made = Uint8Array as { fromBase64?: Decode }
  return made.fromBase64
    ? made.fromBase64(text, { alphabet: 'base64url' })
    : bytesOf(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
}
