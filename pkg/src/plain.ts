// The app's values on their way to the engine: each is read once, whatever a getter does, and becomes what JSON can
// hold.

import { attempt } from './guard'
import { bare } from './members'
import type { Plain } from './wire/inputs'

/** The text of a string or of a `URL`, which any realm of the page may have made: known by its `href`. */
export const textOf = (value: unknown): string | undefined => {
  const found = typeof value === 'string' ? value : trait(value, 'href')
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

/** A function as the language writes it; the platform's own have no source. */
export const sourceOf = (made: unknown): string => attempt(() => Function.prototype.toString.call(made)) ?? ''

/** Whether something is the platform's own and no script's. */
export const isNative = (made: unknown): boolean => sourceOf(made).includes('[native code]')

/** Whether something is the object from which all others inherit, of any realm. */
const isRoot = (object: object): boolean =>
  Object.getPrototypeOf(object) === null && Object.hasOwn(object, 'isPrototypeOf')

/** Whether something is what a class of the platform's gives its objects. */
const isBuiltIn = (object: object): boolean =>
  Object.hasOwn(object, 'constructor') && isNative((object as { constructor: unknown }).constructor)

/** A member of an object or of its classes, but for those for which `isOver` holds. */
const find = (given: unknown, name: PropertyKey, isOver: (object: object) => boolean): unknown => {
  // Most of what is looked for is not there at all.
  if (typeof given !== 'object' || given === null || !(name in given)) return undefined
  for (let at: object | null = given; at && !(at !== given && isOver(at)); at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, name)) return (given as Record<PropertyKey, unknown>)[name]
  }
  return undefined
}

/** An option or another member of the app's own; undefined where there is none. What any built-in has is none. */
export const member = (given: unknown, name: PropertyKey): unknown =>
  attempt(() => find(given, name, isBuiltIn), () => UNREADABLE)

/** What makes an object one of a kind, such as the methods of a storage or the address of a `URL`. No object is of any kind by `Object.prototype`. */
export const trait = (given: unknown, name: PropertyKey): unknown => attempt(() => find(given, name, isRoot))

/** All that an object and its classes have, and not the object from which all others inherit, as an object of its own. Each is read once. */
export const membersOf = (given: unknown): Record<PropertyKey, unknown> => {
  const read = bare({})
  for (let at = given as object | null; at && !isRoot(at); at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Reflect.ownKeys(at)) if (!(name in read)) read[name as string] = (given as typeof read)[name as string]
  }
  return read
}

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
