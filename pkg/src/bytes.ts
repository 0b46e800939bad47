// The bytes of the module, out of the text that the build writes (xtask/src/package/bytes.rs).

import { FIRST, GROUP, MASK, SECOND, THIRD } from './module'
import { encoder } from './utf8'

/** Puts bytes in the place of letters, of which each is one of the first group, unless the letter before it says that it is of another. */
const decode = (letters: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  let length = 0
  for (let at = 0; at < letters.length; at += 1) {
    let code = letters[at]!
    if (code === SECOND) code = letters[++at]! + GROUP
    else if (code === THIRD) code = letters[++at]! + 2 * GROUP
    letters[length] = (code - FIRST) ^ MASK
    length += 1
  }
  return letters.subarray(0, length)
}

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => decode(encoder().encode(text))

/** More often than the browser waits to see a loop before it compiles it well. */
const TIMES = 200

/**
 * Has the browser compile the loop, which it does in another thread. So it is there when the bytes are needed a moment later;
 * most of the text would go through the interpreter otherwise, at ten times the cost.
 */
export const warmUp = (): void => {
  for (let times = 0; times < TIMES; times += 1) decode(Uint8Array.of(FIRST, SECOND, FIRST, THIRD, FIRST, FIRST, FIRST, FIRST))
}
