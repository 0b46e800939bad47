// Parameters as an app gives them, unfiltered: as `JSON.stringify` writes them, for a body as for a query string.
//
// The official client reads objects member by member for a query string (protocol.md#official-calls). Going through
// JSON gives the same for all that it documents; whatever throws on the way, a getter or a cycle, makes parameters that
// cannot be sent.

import { attempt } from './guard'
import { trait } from './plain'
import { ParamsFault } from './wire/inputs'

/** Whether something is an element of a page or an event: what a form's handler is given, and what it finds there. */
const isOfPage = (given: object): boolean =>
  typeof trait(given, 'nodeType') === 'number' || typeof trait(given, 'preventDefault') === 'function'

/** The parameters as JSON, an empty object if there are none; or what is wrong. */
export const toJson = (given: unknown): string | ParamsFault => {
  if (given === undefined || given === null) return '{}'
  if (typeof given !== 'object') return ParamsFault.NotAnObject
  const read = () => {
    if (Array.isArray(given)) return ParamsFault.NotAnObject
    if (isOfPage(given)) return ParamsFault.OfPage
    // What is iterable holds its entries elsewhere than in members: a form's data, search parameters, a map.
    const isIterable = typeof (given as Iterable<[string, unknown]>)[Symbol.iterator] === 'function'
    // A `toJSON` may make anything of it, even nothing.
    const json = JSON.stringify(isIterable ? Object.fromEntries(given as Iterable<[string, unknown]>) : given) as
      | string
      | undefined
    return json?.[0] === '{' ? json : ParamsFault.NotAnObject
  }
  return attempt(read, () => ParamsFault.Unsendable) as string | ParamsFault
}

/** Members that the engine looks for; the service takes `session[]` for `session`, too. */
const SEEN = /^(?:session|account|token)(?:$|\[)/

/** What the engine sees of parameters that go into a body: no password is among it. */
export const shown = (json: string): string =>
  /"(?:session|account|token)/.test(json)
    ? JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).filter(([name]) => SEEN.test(name))))
    : '{}'

/** A body with members in front of its own, of which it has none of the same name. */
export const withAdditions = (additions: string, own: string): string =>
  additions === '{}' ? own : own === '{}' ? additions : `${additions.slice(0, -1)},${own.slice(1)}`
