// Values of the app's as they go over the wire: each read once, whatever a getter does, and made what JSON can hold.

import { attempt } from './guard'
import type { Plain } from './wire/inputs'

/** The text of a string or of a `URL`, which any realm of the page may have made: known by its `href`. */
export const textOf = (value: unknown): string | undefined => {
  const found = typeof value === 'string' ? value : attempt(() => (value as URL).href)
  return typeof found === 'string' ? found : undefined
}

/** Stands in a list for what could not be read. */
export const UNREADABLE: never[] = []

/** What JSON cannot hold is said to be that. */
export const plain = (value: unknown): Plain => {
  if (value === undefined || value === null) return null
  // Above that, numbers have gaps, and are written in another form.
  if (typeof value === 'number' && isFinite(value)) return Math.min(value, Number.MAX_SAFE_INTEGER)
  const holds = typeof value === 'string' || typeof value === 'boolean' || value === UNREADABLE
  return holds ? (value as Plain) : {}
}

/** The same of a string or a `URL`. */
export const plainText = (value: unknown): Plain => textOf(value) ?? plain(value)

/** Whether something is the object from which all others inherit, of any realm: no option comes from there. */
const isRoot = (object: object): boolean =>
  Object.getPrototypeOf(object) === null && Object.hasOwn(object, 'isPrototypeOf')

const hasMember = (object: object, name: PropertyKey): boolean => {
  for (let at: object | null = object; at && !isRoot(at); at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, name)) return true
  }
  return false
}

/** A member, as JSON cannot hold it either; undefined where there is none. */
export const member = (given: unknown, name: PropertyKey): unknown => {
  if (typeof given !== 'object' || given === null) return undefined
  const read = () => (hasMember(given, name) ? (given as Record<PropertyKey, unknown>)[name] : undefined)
  return attempt(read, () => UNREADABLE)
}

/** Whether something can have options at all: an object, or nothing. */
export const areOptions = (given: unknown): boolean => given === undefined || given === null || typeof given === 'object'

/** The origin of a whole URL; undefined if it is no such URL, or has no origin. */
export const originOf = (url: string): string | undefined => {
  const origin = attempt(() => new URL(url).origin)
  return origin === 'null' ? undefined : origin
}

/** A URL as the client takes it, and whether the platform can use it. */
export const plainUrl = (value: unknown): [url: Plain, isUsable: boolean] => {
  const url = plainText(value)
  return [url, typeof url === 'string' && originOf(url) !== undefined]
}
