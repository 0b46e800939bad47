// Parameters as an app gives them, unfiltered: as `JSON.stringify` writes them, for a body as for a query string.
//
// The official client reads objects member by member for a query string (contract §6.1). Going through JSON gives the
// same for all that it documents, and no getter, proxy or cycle is met on the way.
import { quietly } from '../browser/task.js'

// What is no text says what is wrong.
const NO_OBJECT = 0
const UNSENDABLE = 1

/** How deep parameters may nest in a query string. */
const MAX_DEPTH = 64

export const params = {
  /** The parameters as JSON, an empty object if there are none; or the number of what is wrong. */
  json: (given) => {
    if (given == null) return '{}'
    if (typeof given !== 'object') return NO_OBJECT
    const read = () => {
      if (Array.isArray(given)) return NO_OBJECT
      // What is iterable holds its entries elsewhere than in members: a form's data, search parameters, a map.
      const isIterable = typeof given[Symbol.iterator] === 'function'
      // A `toJSON` may make anything of it, even nothing.
      const json = JSON.stringify(isIterable ? Object.fromEntries(given) : given)
      return json?.[0] === '{' ? json : NO_OBJECT
    }
    return quietly(read, () => UNSENDABLE)
  },
  /** Names and values in turn, as they stand in a query string; undefined if they nest too deep. */
  pairs: (json) => {
    const pairs = []
    // Below the top a list is written with its indices, as an object with its members.
    const add = (name, value, depth) => {
      if (depth > MAX_DEPTH) throw 0
      if (value === null || typeof value !== 'object') return pairs.push(name, value === null ? null : String(value))
      for (const [key, item] of Object.entries(value)) add(`${name}[${key}]`, item, depth + 1)
    }
    return quietly(() => {
      for (const [name, value] of Object.entries(JSON.parse(json))) {
        if (Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object')) {
          // A name that says already that it is a list is not told again.
          for (const item of value) add(`${name.replace(/\[\]$/, '')}[]`, item, 2)
        } else add(name, value, 1)
      }
      return pairs
    })
  },
}
