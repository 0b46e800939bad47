// Reads the options of a client and of a call. The engine says what they must be, and what is wrong with them.

import { hasChannel } from './channel'
import { hasCrypto } from './crypto'
import { isServer, type Environment } from './environment'
import type { Fetch } from './fetch'
import { attempt } from './guard'
import { hasLocks } from './locks'
import { languageChanged } from './errors'
import { bare } from './members'
import { optionsFault } from './misspelt'
import { member, originOf, plain, plainUrl, textOf, trait, UNREADABLE } from './plain'
import type { Place, StorageAdapter } from './storage'
import * as input from './wire/inputs'
import { OptionsFault, type Plain } from './wire/inputs'
import type { AbortSignalLike, FetchInit, FetchResponse, UrlLike } from './types/platform'

/** Options of {@link LoginRocket}. */
export interface LoginRocketOptions {
  /**
   * The root of your LoginRocket URL, for example `https://SAMPLE.e2.loginrocket.com/` or your own domain.
   * `/v2/` is added when it is missing. Plain `http:` is accepted for loopback hosts only.
   */
  url?: string | UrlLike | null
  /** Language of the service's messages (`Accept-Language`). Known to the service: `en`, `es`, `ja`. */
  locale?: string | null
  /** How long one call may take in all, in milliseconds, from 1 to 600000. Default: 10000. */
  timeoutMs?: number
  /**
   * How the client names itself to the service (`LR-Agent`), which records it with sessions. `false` sends no such
   * header, for a proxy whose CORS rules do not admit it. Default: this package and its version.
   */
  agent?: string | false
  /**
   * Sends the requests to the service in the place of the global `fetch`, with the same arguments; gives a `Response` not
   * read yet. {@link Session.fetch} goes by the global one.
   */
  fetch?: (url: string, init: FetchInit) => PromiseLike<FetchResponse>
  /** Allows plain `http:` to any host. Passwords then cross the network readable by everyone on the way. */
  dangerouslyAllowInsecureUrl?: boolean
  /**
   * Where {@link LoginRocket.session} is kept: `'memory'` ends with the page, `'session'` with the tab, `'local'` is
   * shared by all tabs and lasts. Only the session id and the account are ever stored, never a token or a password; see
   * {@link LoginRocketOptions.keepProfile}. Default: `'memory'`.
   */
  storage?: 'memory' | 'session' | 'local' | StorageAdapter
  /**
   * Stores what the token says of the person beside the session, so that a page can greet them after a reload while the service
   * cannot be reached: the snapshot then has its `user` before there is a token. Whoever can read the store can read the
   * person's name and e-mail. Default: false.
   */
  keepProfile?: boolean
  /**
   * Keeps a second factor that is due over a reload, so that the person need not give the password again: its one-time token is
   * kept in `sessionStorage` for ten minutes at most, until it is used, or somebody signs in or out. Default: false.
   */
  keepChallenge?: boolean
  /**
   * Origins beside the page's own to which {@link Session.fetch} sends the token, such as `https://api.example.com`:
   * without a path, and with https but for loopback. Default: none.
   */
  tokenOrigins?: readonly (string | UrlLike)[]
  /**
   * Whether {@link LoginRocket.session} verifies the signature of a token that came from the API before it gives it out.
   * `'off'` (default) takes the word of the realm, from which it came over TLS. `'lazy'` never gives out a token that is
   * wrong; where that cannot be known, because the realm's keys or WebCrypto are not to be had, it gives it out with
   * `verified: false`. `'strict'` gives out only what was verified. A token that comes by redirect is always verified.
   */
  verify?: 'off' | 'lazy' | 'strict'
  /**
   * Whether one person uses this client, or all visitors of a server. On a `'server'` {@link LoginRocket.session} is nobody's
   * and stays `loading`; the calls work, each with the session that it is given, and load the module when they are made.
   * Default: `'auto'`, which takes a page and a worker of a browser for a `'browser'`, and everything else for a server. A
   * program for one person outside a browser, and tests with an imitated DOM, say `'browser'`.
   */
  environment?: Environment
}

/** Options of a single call; each overrides what the client was made with. */
export interface CallOptions {
  /** Cancels the call: it then resolves with `code: 'aborted'`. */
  signal?: AbortSignalLike
  /** How long this call may take in all, in milliseconds, from 1 to 600000. */
  timeoutMs?: number
  /** Language of the service's messages for this call. */
  locale?: string
}

/** How many values options are searched for what must not be there: more than any have that were written for this. */
const MAX_VALUES = 5_000

/** What something that can be walked holds, and can be walked again; what gives itself would be used up. */
const entriesIn = (value: unknown): unknown[] => {
  const found: unknown[] = []
  attempt(() => {
    // To call what cannot be called, as in most objects, takes longer than all the rest: an exception has a message and a stack.
    if (typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function') return
    if ((value as Iterable<unknown>)[Symbol.iterator]() === value) return
    for (const entry of value as Iterable<unknown>) if (found.push(entry) >= MAX_VALUES) break
  })
  return found
}

/** The text of a `String` object. Only what has a `length` of its own is tried: anything but a `String` throws, which is slow. */
const boxed = (value: unknown): string | undefined =>
  attempt(() => (Object.hasOwn(Object(value) as object, 'length') && !Array.isArray(value) ? String.prototype.valueOf.call(value) : undefined))

/**
 * Every text among values, however they are nested, and what holds them: members, entries, an object around a text. What cannot
 * be read is refused where it is used.
 */
const textsIn = (...values: unknown[]): string[] => {
  const found: string[] = []
  const seen = new Set<unknown>()
  for (let at = 0; at < values.length && at < MAX_VALUES; at += 1) {
    const value = values[at]
    const own = textOf(value) ?? boxed(value)
    if (own !== undefined) found.push(own)
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value)
      values.push(...entriesIn(value))
      if (Array.isArray(value) || ArrayBuffer.isView(value)) continue
      for (const key of attempt(() => Reflect.ownKeys(value)) ?? []) {
        values.push(attempt(() => (value as Record<PropertyKey, unknown>)[key]))
      }
    }
  }
  return found
}

const AREAS: Record<string, Place> = { local: 'localStorage', session: 'sessionStorage' }

const METHODS = ['getItem', 'setItem', 'removeItem'] as const

/** What it says of a store, and the store. */
const readStorage = (given: unknown): [Plain, Place] => {
  if (typeof given === 'string') return [given, Object.hasOwn(AREAS, given) ? AREAS[given] : undefined]
  const isAdapter = METHODS.every((method) => typeof trait(given, method) === 'function')
  return isAdapter ? [true, given as StorageAdapter] : [plain(given), undefined]
}

/** Each as it was given, and its origin as the platform reads it. */
const readOrigins = (given: unknown): Plain | (readonly [given: string, origin: string])[] => {
  if (given === undefined || given === null) return null
  // An empty list is one without origins, and none that cannot be read.
  if (!Array.isArray(given) || given === UNREADABLE) return {}
  return given.map((item) => {
    const text = textOf(item) ?? ''
    return [text, originOf(text) ?? '']
  })
}

/**
 * Whether the language is what it should be, as far as options depend on it. Old libraries put functions of their own in the
 * place of some, which do something else or leave something out: then an option would go unread, and nobody would know.
 */
const isLanguageWhole = (): boolean =>
  attempt(() => {
    const origins = readOrigins(textsIn({ list: ['https://a.example'] }))
    const entries = Object.fromEntries(Object.entries({ a: ['!', ''].filter(Boolean) }))
    return JSON.stringify([origins, entries, member({ number: 1 }, 'number')])
  }) === '[[["https://a.example","https://a.example"]],{"a":["!"]},1]'

/** Options of a client as they were read. */
export interface Settings {
  isServer: boolean
  fetch: Fetch | undefined
  place: Place
  /** Which option there is not. */
  hint: string | undefined
  /** What `explain()` calls it. */
  storageKind: string
  /** These two change with the client's properties. */
  url: [url: Plain, isUsable: boolean]
  locale: Plain
  /** The list for an engine. */
  list(): readonly unknown[]
}

const NAMES = [
  'url',
  'locale',
  'timeoutMs',
  'agent',
  'fetch',
  'dangerouslyAllowInsecureUrl',
  'storage',
  'tokenOrigins',
  'keepChallenge',
  'keepProfile',
  'verify',
  'environment',
] as const

/** Every member of what an app gave, read once; those that an option can have, wherever they come from. */
const readAll = (given: unknown): Record<(typeof NAMES)[number], unknown> => {
  // With no prototype, `__proto__` is a name like others.
  const read: Record<PropertyKey, unknown> = bare({})
  for (const name of [...(attempt(() => Reflect.ownKeys(given as object)) ?? []), ...NAMES]) {
    if (!(name in read)) read[name] = member(given, name)
  }
  const { tokenOrigins } = read
  if (Array.isArray(tokenOrigins)) read.tokenOrigins = attempt(() => [...(tokenOrigins as unknown[])], () => UNREADABLE)
  return read
}

/** Reads the options of a client. */
export const readOptions = (given: unknown): Settings => {
  const read = readAll(given)
  const { fetch, storage, environment, ...others } = read
  const isFunction = typeof fetch === 'function'
  const [kind, place] = readStorage(storage)
  // A store is full of other people's entries, which are nobody's business here. A map has no options, and may have a key.
  const texts = textsIn({ ...others, environment }, ...entriesIn(given), ...Object.keys(read))
  const [fault, hint] = optionsFault(given, NAMES)
  const settings: Settings = {
    isServer: isServer(environment),
    fetch: isFunction ? (fetch as Fetch) : undefined,
    place,
    hint,
    storageKind: kind === true ? 'custom' : ((kind ?? 'memory') as string),
    url: plainUrl(read.url),
    locale: plain(read.locale),
    list() {
      if (!isLanguageWhole()) throw languageChanged()
      return input.options(
        fault,
        texts,
        ...settings.url,
        settings.locale,
        plain(read.timeoutMs),
        plain(read.agent),
        isFunction || plain(fetch),
        plain(read.dangerouslyAllowInsecureUrl),
        kind,
        readOrigins(read.tokenOrigins),
        plain(read.verify),
        plain(environment),
        plain(read.keepChallenge),
        plain(read.keepProfile),
        settings.isServer,
        hasLocks(),
        hasChannel(),
        hasCrypto(),
        Math.floor(Math.random() * 2 ** 52),
      )
    },
  }
  return settings
}

interface ReadCall {
  items: [fault: OptionsFault, locale: Plain, timeoutMs: Plain, isAborted: Plain]
  signal: AbortSignalLike | undefined
  /** Which option there is not. */
  hint: string | undefined
}

const NO_OPTIONS: ReadCall = { items: [OptionsFault.None, null, null, null], signal: undefined, hint: undefined }

const CALL_NAMES = ['signal', 'timeoutMs', 'locale']

/** The options of a call as they go into a list, and its signal; some calls have others beside. */
export const readCall = (given: unknown, others: readonly string[] = []): ReadCall => {
  // As most calls have it.
  if (given === undefined) return NO_OPTIONS
  const found = member(given, 'signal')
  // Known by what it can do: it may come from another realm, or be wrapped.
  const aborted = typeof trait(found, 'addEventListener') === 'function' ? trait(found, 'aborted') : undefined
  const isSignal = typeof aborted === 'boolean'
  const isBlank = found === undefined || found === null
  const [fault, hint] = optionsFault(given, [...CALL_NAMES, ...others])
  return {
    items: [
      fault,
      plain(member(given, 'locale')),
      plain(member(given, 'timeoutMs')),
      isSignal ? aborted : isBlank ? null : found === UNREADABLE ? UNREADABLE : {},
    ],
    signal: isSignal ? (found as AbortSignalLike) : undefined,
    hint,
  }
}
