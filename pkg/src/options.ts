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
   * The client's name for the service (header `LR-Agent`), which records it with sessions: at most 100 characters of visible
   * ASCII. `false` sends no such header, for a proxy whose CORS rules do not allow it. Default: this package and its version.
   */
  agent?: string | false
  /**
   * Sends the requests to the service in place of the global `fetch`. It gets the same arguments, and must return a `Response`
   * whose body has not been read. {@link Session.fetch} does not use it, but the global `fetch`.
   */
  fetch?: (url: string, init: FetchInit) => PromiseLike<FetchResponse>
  /** Allows plain `http:` to any host. Everyone on the way can then read the passwords. Default: false. */
  dangerouslyAllowInsecureUrl?: boolean
  /**
   * Where {@link LoginRocket.session} is stored. With `'memory'` the session ends with the page, with `'session'` with the tab.
   * With `'local'` and with an adapter all tabs share it, and it lasts. Only the session id and the account are stored, never a
   * token or a password; see also {@link LoginRocketOptions.keepProfile}. Default: `'memory'`.
   */
  storage?: 'memory' | 'session' | 'local' | StorageAdapter
  /**
   * Stores what the token says of the person together with the session. After a reload the snapshot then has its `user` before
   * there is a token, so that a page can greet the person even while the service cannot be reached. Anyone who can read the store
   * can read the person's name and e-mail. Default: false.
   */
  keepProfile?: boolean
  /**
   * Remembers over a reload that a second factor is due, so that the person need not give the password again. Its one-time token
   * is stored in `sessionStorage` until it is used or somebody signs in or out, for ten minutes at most. Default: false.
   */
  keepChallenge?: boolean
  /**
   * Other origins than the page's own to which {@link Session.fetch} sends the token, such as `https://api.example.com`. They have
   * no path, and use https; loopback hosts may use http. Default: none.
   */
  tokenOrigins?: readonly (string | UrlLike)[]
  /**
   * Whether {@link LoginRocket.session} verifies the signature of a token from the API before it gives the token out. `'off'`
   * trusts the token, because it came from the realm over TLS. `'lazy'` never gives out a token that is wrong; if it cannot check
   * one, because the realm's keys or WebCrypto are not available, it gives it out with `verified: false`. `'strict'` gives out only
   * verified tokens. A token that comes by redirect is always verified. Default: `'off'`.
   */
  verify?: 'off' | 'lazy' | 'strict'
  /**
   * Whether one person uses this client (`'browser'`) or all visitors of a server (`'server'`). On a server
   * {@link LoginRocket.session} belongs to nobody and stays `loading`. Calls work there with the session that is passed to each, and
   * load the module when they are made. `'auto'` takes a page or a worker of a browser for a browser, and everything else for a
   * server. Set `'browser'` in a program for one person outside a browser, and in tests with an imitated DOM. Default: `'auto'`.
   */
  environment?: Environment
}

/** Options of a single call. `timeoutMs` and `locale` override those of the client. */
export interface CallOptions {
  /** Cancels the call: it then resolves with `code: 'aborted'`. */
  signal?: AbortSignalLike
  /** How long this call may take in all, in milliseconds, from 1 to 600000. */
  timeoutMs?: number
  /** Language of the service's messages for this call. */
  locale?: string
}

/** How many values of the options are searched for an API key. No options that were written for this client have as many. */
const MAX_VALUES = 5_000

/** The entries of an iterable. An iterator, which returns itself, is left alone: reading it would use it up. */
const entriesIn = (value: unknown): unknown[] => {
  const found: unknown[] = []
  attempt(() => {
    // Most objects are not iterable. To try it anyway would throw, which is slow: an exception has a message and a stack.
    if (typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function') return
    if ((value as Iterable<unknown>)[Symbol.iterator]() === value) return
    for (const entry of value as Iterable<unknown>) if (found.push(entry) >= MAX_VALUES) break
  })
  return found
}

/** The text of a `String` object. Only objects with their own `length` are tried: for all others it would throw, which is slow. */
const boxed = (value: unknown): string | undefined =>
  attempt(() => (Object.hasOwn(Object(value) as object, 'length') && !Array.isArray(value) ? String.prototype.valueOf.call(value) : undefined))

/**
 * Every text in the values, also in nested members and entries, and in `String` objects. A value that cannot be read is skipped:
 * it is refused where it is used.
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

/** What the engine gets to know about the store, and the store. */
const readStorage = (given: unknown): [Plain, Place] => {
  if (typeof given === 'string') return [given, Object.hasOwn(AREAS, given) ? AREAS[given] : undefined]
  const isAdapter = METHODS.every((method) => typeof trait(given, method) === 'function')
  return isAdapter ? [true, given as StorageAdapter] : [plain(given), undefined]
}

/** Each origin as it was given, and as the platform parses it. */
const readOrigins = (given: unknown): Plain | (readonly [given: string, origin: string])[] => {
  if (given === undefined || given === null) return null
  // `UNREADABLE` is an empty list as well, but does not mean that there are no origins.
  if (!Array.isArray(given) || given === UNREADABLE) return {}
  return given.map((item) => {
    const text = textOf(item) ?? ''
    return [text, originOf(text) ?? '']
  })
}

/**
 * Whether the functions of the language that are used to read options still work. Old libraries replace some of them with functions
 * that behave differently. Then an option would not be read, and nobody would notice.
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
  /** What to say about an unknown option. */
  hint: string | undefined
  /** The kind of storage, for `explain()`. */
  storageKind: string
  /** `url` and `locale` change when the client's properties are set. */
  url: [url: Plain, isUsable: boolean]
  locale: Plain
  /** The list of options for an engine. */
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

/** All own members of the options that an app gave, and all known options, even inherited ones. Each is read once. */
const readAll = (given: unknown): Record<(typeof NAMES)[number], unknown> => {
  // Without `Object.prototype`, `__proto__` is a name like any other.
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
  // `storage` is not searched, because a store holds entries of other code. The entries of a `Map` are: it has no options, but may hold
  // a key.
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
  /** What to say about an unknown option. */
  hint: string | undefined
}

const NO_OPTIONS: ReadCall = { items: [OptionsFault.None, null, null, null], signal: undefined, hint: undefined }

const CALL_NAMES = ['signal', 'timeoutMs', 'locale']

/** The options of a call as the engine takes them, and its signal. `others` are the options that only this call has. */
export const readCall = (given: unknown, others: readonly string[] = []): ReadCall => {
  // Most calls have no options.
  if (given === undefined) return NO_OPTIONS
  const found = member(given, 'signal')
  // A signal is recognised by its members: it may come from another frame, or be wrapped.
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
