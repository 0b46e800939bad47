// Prepares the app's values for the engine. Each is read only once, because a getter may return something else the next time. It
// becomes a value that JSON can hold.

import { attempt } from './guard'
import { bare } from './members'
import type { Plain } from './wire/inputs'

/** The text of a string or of a `URL`. A `URL` is recognised by its `href`, because another frame may have made it. */
export const textOf = (value: unknown): string | undefined => {
  const found = typeof value === 'string' ? value : trait(value, 'href')
  return typeof found === 'string' ? found : undefined
}

/** Stands in a list for a value that could not be read. */
export const UNREADABLE: never[] = []

/** A value as it stands in a list: `{}` stands for one that JSON cannot hold. */
export const plain = (value: unknown): Plain => {
  if (value === undefined || value === null) return null
  // Larger numbers are not exact, and JSON may write them with an exponent.
  if (typeof value === 'number' && isFinite(value)) return Math.min(value, Number.MAX_SAFE_INTEGER)
  const holds = typeof value === 'string' || typeof value === 'boolean' || value === UNREADABLE
  return holds ? (value as Plain) : {}
}

/** The same for a value that may be a string or a `URL`. */
export const plainText = (value: unknown): Plain => textOf(value) ?? plain(value)

/** The source of a function as JavaScript shows it. A function of the platform shows `[native code]` instead. */
export const sourceOf = (made: unknown): string => attempt(() => Function.prototype.toString.call(made)) ?? ''

/** Whether a function is the platform's own and not a script's. */
export const isNative = (made: unknown): boolean => sourceOf(made).includes('[native code]')

/** Whether an object is an `Object.prototype`, of this frame or of another. */
const isRoot = (object: object): boolean =>
  Object.getPrototypeOf(object) === null && Object.hasOwn(object, 'isPrototypeOf')

/** Whether an object is the prototype of one of the platform's classes. */
const isBuiltIn = (object: object): boolean =>
  Object.hasOwn(object, 'constructor') && isNative((object as { constructor: unknown }).constructor)

/** A member of an object or of its prototypes. The search stops at the first prototype for which `isOver` holds. */
const find = (given: unknown, name: PropertyKey, isOver: (object: object) => boolean): unknown => {
  // Most members that are looked for do not exist.
  if (typeof given !== 'object' || given === null || !(name in given)) return undefined
  for (let at: object | null = given; at && !(at !== given && isOver(at)); at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, name)) return (given as Record<PropertyKey, unknown>)[name]
  }
  return undefined
}

/** An option or another member that the app has set. Members of built-in prototypes do not count. `UNREADABLE` if reading it throws. */
export const member = (given: unknown, name: PropertyKey): unknown =>
  attempt(() => find(given, name, isBuiltIn), () => UNREADABLE)

/**
 * A member by which a kind of object is recognised, such as the methods of a storage or the address of a `URL`. Members of
 * `Object.prototype` do not count.
 */
export const trait = (given: unknown, name: PropertyKey): unknown => attempt(() => find(given, name, isRoot))

/** A new object with all members of an object and of its prototypes, but not those of `Object.prototype`. Each is read once. */
export const membersOf = (given: unknown): Record<PropertyKey, unknown> => {
  const read = bare({})
  for (let at = given as object | null; at && !isRoot(at); at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Reflect.ownKeys(at)) if (!(name in read)) read[name as string] = (given as typeof read)[name as string]
  }
  return read
}

/** The origin of an absolute URL. Undefined if the text is no such URL, or the URL has no origin. */
export const originOf = (url: string): string | undefined => {
  const origin = attempt(() => new URL(url).origin)
  return origin === 'null' ? undefined : origin
}

/** A URL as the client takes it, and whether the platform can use it. */
export const plainUrl = (value: unknown): [url: Plain, isUsable: boolean] => {
  const url = plainText(value)
  return [url, typeof url === 'string' && originOf(url) !== undefined]
}
