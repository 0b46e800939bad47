// The bytes of the module as text, which the build writes.

export const MASK: number
export const text: string
