// Turns an app's parameters into JSON, unfiltered, as `JSON.stringify` writes them. Bodies and query strings are both made of that.
//
// For a query string the official client reads objects member by member (protocol.md#official-calls). JSON gives the same result
// for all parameters that it documents. If anything throws on the way, such as a getter or a cycle, the parameters cannot be sent.

import { attempt } from './guard'
import { trait } from './plain'
import { ParamsFault } from './wire/inputs'

/** Whether an object is an element or an event. A form's event handler has both at hand, so they are passed by mistake. */
const isOfPage = (given: object): boolean =>
  typeof trait(given, 'nodeType') === 'number' || typeof trait(given, 'preventDefault') === 'function'

/** The parameters as JSON, or what is wrong with them. Without parameters it is an empty object. */
export const toJson = (given: unknown): string | ParamsFault => {
  if (given === undefined || given === null) return '{}'
  if (typeof given !== 'object') return ParamsFault.NotAnObject
  const read = () => {
    if (Array.isArray(given)) return ParamsFault.NotAnObject
    if (isOfPage(given)) return ParamsFault.OfPage
    // A `FormData`, a `URLSearchParams` and a `Map` are iterable, and do not hold their entries as members.
    const isIterable = typeof (given as Iterable<[string, unknown]>)[Symbol.iterator] === 'function'
    // A `toJSON` method may return anything, even undefined.
    const json = JSON.stringify(isIterable ? Object.fromEntries(given as Iterable<[string, unknown]>) : given) as
      | string
      | undefined
    return json?.[0] === '{' ? json : ParamsFault.NotAnObject
  }
  return attempt(read, () => ParamsFault.Unsendable) as string | ParamsFault
}

/** The names of members that the engine reads. The service takes `session[]` for `session`, too. */
const SEEN = /^(?:session|account|token)(?:$|\[)/

/** The parameters of a body that the engine gets to see. No password is among them. */
export const shown = (json: string): string =>
  /"(?:session|account|token)/.test(json)
    ? JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).filter(([name]) => SEEN.test(name))))
    : '{}'

/** A body with additional members in front of its own. No name occurs in both. */
export const withAdditions = (additions: string, own: string): string =>
  additions === '{}' ? own : own === '{}' ? additions : `${additions.slice(0, -1)},${own.slice(1)}`
