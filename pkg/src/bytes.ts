// The bytes of the module, out of the text that the build writes (xtask/src/package/bytes.rs).

import { FIRST, GROUP, MASK, SECOND, THIRD } from './module'

/** Each letter is a byte of the first group, unless the letter before it says that it is of another. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(text.length)
  let length = 0
  let group = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === SECOND) group = GROUP
    else if (code === THIRD) group = 2 * GROUP
    else {
      bytes[length] = (code - FIRST + group) ^ MASK
      length += 1
      group = 0
    }
  }
  return bytes.subarray(0, length)
}
