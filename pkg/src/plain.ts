// Values of the app's as they go over the wire: made what JSON can hold, whatever a getter does.

import { attempt } from './guard'
import type { Plain } from './wire/inputs'

/** The text of a string or of a `URL`, which any realm of the page may have made: known by its `href`. */
export const textOf = (value: unknown): string | undefined => {
  const found = typeof value === 'string' ? value : attempt(() => (value as URL).href)
  return typeof found === 'string' ? found : undefined
}

/** What JSON cannot hold is said to be that. */
export const plain = (value: unknown): Plain => {
  if (value === undefined || value === null) return null
  const holds = typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && isFinite(value))
  return holds ? (value as Plain) : {}
}

/** The same of a string or a `URL`. */
export const plainText = (value: unknown): Plain => textOf(value) ?? plain(value)

/** An option of that name, as `make` makes it of a value that is not blank; `[]` if it cannot be read. */
export const option = (given: unknown, name: string, make: (value: unknown) => Plain = plain): Plain =>
  attempt(
    () => {
      const value = (given as Record<string, unknown> | null | undefined)?.[name]
      return value === undefined || value === null ? null : make(value)
    },
    () => [],
  ) as Plain

/** Whether something can have options at all: an object, or nothing. */
export const areOptions = (given: unknown): boolean => given === undefined || given === null || typeof given === 'object'

/** The origin of a whole URL; undefined if it is no such URL, or has no origin. */
export const originOf = (url: string): string | undefined => {
  const origin = attempt(() => new URL(url).origin)
  return origin === 'null' ? undefined : origin
}
