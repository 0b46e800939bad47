// The module's bytes, which the build writes as text: one letter for each byte.

export const text: string
/** What each letter is masked with. */
export const MASK: number
