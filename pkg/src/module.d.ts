// The bytes of the module as text, and the constants for decoding it. The build writes this module.

export const text: string
/** The code of the letter that stands for the first byte of a group. */
export const FIRST: number
/** How many bytes a group has. */
export const GROUP: number
/** The codes of the letters in front of one of the second and of the third group. */
export const SECOND: number
export const THIRD: number
/** The value that each byte was XORed with, so that the most common bytes are in the first group. */
export const MASK: number
