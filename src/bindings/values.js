// What an app gives and gets, one section each. One file, for the reason that `browser/web.js` gives.
import { quietly, urls } from '../browser/web.js'
import { unwrap } from './errors.js'

// ------------------------------------------------------------------------------------------ params

// Parameters as an app gives them, unfiltered: as `JSON.stringify` writes them, for a body as for a query string.
//
// The official client reads objects member by member for a query string (contract §6.1). Going through JSON gives the
// same for all that it documents, and no getter, proxy or cycle is met on the way.

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

// ------------------------------------------------------------------------------------------ options

// Options as an app gives them: each is read once, whatever its getter does, and made a value of one of a few kinds. What
// they must be, and what is said if they are not, is for Rust to say.

// What stands for an option that cannot be read, and for one of another kind than it should be.
const UNREADABLE = null
const WRONG = NaN

/** How deep options are searched for what must not be there. */
const SEARCH_DEPTH = 4

/** The text of a string or of a `URL`, which any realm of the page may have made: known by its `href`. */
const text = (value) => {
  const found = typeof value === 'string' ? value : quietly(() => value.href)
  return typeof found === 'string' ? found : undefined
}

const METHODS = ['getItem', 'setItem', 'removeItem']

// Of each kind what it is made from a value that is not blank.
const kinds = {
  any: (value) => value,
  store: (value) =>
    typeof value === 'string' || METHODS.every((method) => typeof quietly(() => value[method]) === 'function')
      ? value
      : WRONG,
  /** The origins, with a space behind each; where one is more than an origin, nothing. */
  origins: (value) => {
    if (!Array.isArray(value)) return WRONG
    const origins = Array.from(value, (item) => {
      const given = text(item)
      const origin = given && urls.origin(given)
      const isAll = origin && given.trim().replace(/\/+$/, '').toLowerCase() === origin.toLowerCase()
      return `${isAll ? origin : ''} `
    })
    return origins.join('')
  },
}

export const options = {
  is: (given) => typeof given === 'object' && given !== null,
  /** The option of that name; undefined if it is blank. */
  read: (given, name, kind) =>
    quietly(
      () => {
        const value = given?.[name]
        return value === undefined || value === null ? undefined : kinds[kind](value)
      },
      () => UNREADABLE,
    ),
  text,
  /** Every text among the options, however they are nested. What cannot be read is refused where it is used. */
  texts: (given) => {
    const found = []
    const search = (value, depth) => {
      const own = text(value)
      if (own !== undefined) return found.push(own)
      if (!depth || typeof value !== 'object' || value === null) return undefined
      for (const key of quietly(() => Reflect.ownKeys(value)) ?? []) {
        // Full of other people's entries, which are nobody's business here.
        if (key !== 'storage') search(quietly(() => value[key]), depth - 1)
      }
    }
    search(given, SEARCH_DEPTH)
    return found
  },
}

// ------------------------------------------------------------------------------------------ outcome

// What a call resolves with: the service's own object, or a failure in the official client's shape. What we add comes as
// JSON. Copies, because a member that is set could meet a setter of the page's.

export const outcomes = {
  plain: (json) => JSON.parse(json),
  /** What a crowd is told, for one of it: what he does to his object changes nobody else's. */
  each: (told) => told.then((json) => JSON.parse(json)),
  success: (record, next) => (next ? { ...record, next } : record),
  /** A refusal always has the four members of the service's error shape, whatever the service left out. */
  refusal: (record, json) => {
    const { texts, ...facts } = JSON.parse(json)
    const { result = 'error', error = texts.join(' '), errors = texts } = record
    return { ...record, result, error, errors, ...facts }
  },
  /** A failure where the only way to tell of it is an exception; of what a signal ended, the signal's own reason. */
  thrown: (json, signal) => {
    const failure = JSON.parse(json)
    if (failure.code !== 'aborted') return quietly(() => unwrap(failure), (error) => error)
    const reason = quietly(() => signal.reason)
    // Older browsers name no reason, and where the session is another one nobody gave a signal.
    return reason === undefined ? new DOMException('the session or the signal ended it', 'AbortError') : reason
  },
}

// ------------------------------------------------------------------------------------------ tokens

// What a token says, in the official SDKs' shape (contract §3.5). It decides nothing about trust.

/** Maps claims, whose types nobody has checked where the token is not trusted. */
export function identity(token, claims, trusted) {
  const realm_id = claims.rid
  const user = {
    object: 'user',
    id: claims.sub,
    realm_id,
    username: claims.preferred_username ?? null,
    first_name: claims.given_name ?? null,
    last_name: claims.family_name ?? null,
    name: claims.name,
    email: claims.email,
    email_verification: claims.email_verified === true ? 'verified' : 'none',
    reference: claims.ref,
    custom: claims.cs,
  }
  const orgs = Array.isArray(claims.orgs) ? claims.orgs.filter((org) => org && typeof org === 'object') : []
  const memberships = orgs.map(({ mid, perm, selected, oid, name, ref, cs }) => ({
    object: 'membership',
    id: mid,
    permissions: Array.isArray(perm) ? perm : [],
    selected: selected === true,
    user_id: claims.sub,
    org_id: oid,
    org: { object: 'org', id: oid, realm_id, name, reference: ref, custom: cs },
  }))
  if (Array.isArray(claims.orgs)) user.memberships = memberships
  const session = {
    object: 'session',
    id: claims.sid,
    created_at: claims.iat,
    expires_at: claims.exp,
    token,
    user_id: claims.sub,
    user,
  }
  const { org: account } = memberships.find(({ selected }) => selected) ?? memberships[0] ?? {}
  return { result: 'okay', trusted, session, user, memberships, account, claims }
}
