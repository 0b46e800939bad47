// Objects as data: their own members, without those that are undefined or null.

/** An object without the members that are undefined or null. */
export const dense = <T extends object>(members: T): T => {
  const found = { ...members } as Record<string, unknown>
  for (const name in found) if (found[name] === undefined || found[name] === null) delete found[name]
  return found as T
}

/** Objects that inherit no members. Browsers make them five times as fast with a class as with `Object.create(null)`. */
const Bare = function () {} as unknown as new () => Record<string, unknown>
Bare.prototype = Object.freeze(Object.create(null) as object)
const { assign } = Object

/** A copy of an object's own members. It has nothing of what a page has put into `Object.prototype`. */
export const bare = (object: object): Record<string, unknown> => assign(new Bare(), object)

/** Whether an object made by `bare` has no members. */
export const isEmpty = (object: object): boolean => {
  for (const name in object) return !name
  return true
}
