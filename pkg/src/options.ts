// The options of a client and of a call. What they must be, and what is said if they are not, is for the engine.

import type { Fetch } from './fetch'
import { attempt } from './guard'
import { areOptions, option, originOf, plainText, textOf } from './plain'
import * as input from './wire/inputs'
import type { Plain } from './wire/inputs'

export interface Options {
  url?: string | URL
  locale?: string
  timeoutMs?: number
  agent?: string | false
  fetch?: Fetch
  dangerouslyAllowInsecureUrl?: boolean
}

export interface CallOptions {
  signal?: AbortSignal
  locale?: string
  timeoutMs?: number
}

/** How deep options are searched for what must not be there. */
const SEARCH_DEPTH = 4

/** Every text among the options, however they are nested. What cannot be read is refused where it is used. */
const textsIn = (given: unknown): string[] => {
  const found: string[] = []
  const search = (value: unknown, depth: number) => {
    const own = textOf(value)
    if (own !== undefined) return void found.push(own)
    if (!depth || typeof value !== 'object' || value === null) return
    for (const key of attempt(() => Reflect.ownKeys(value)) ?? []) {
      search(attempt(() => (value as Record<PropertyKey, unknown>)[key]), depth - 1)
    }
  }
  search(given, SEARCH_DEPTH)
  return found
}

/** The options of a client as a list, and the function that is the app's own `fetch`. */
export const readOptions = (given: unknown): { list: readonly unknown[]; fetch: Fetch | undefined } => {
  let fetch: Fetch | undefined
  const url = option(given, 'url', plainText)
  const list = input.options(
    areOptions(given),
    textsIn(given),
    url,
    typeof url === 'string' && originOf(url) !== undefined,
    option(given, 'locale'),
    option(given, 'timeoutMs'),
    option(given, 'agent'),
    option(given, 'fetch', (value) => {
      if (typeof value !== 'function') return {}
      fetch = value as Fetch
      return true
    }),
    option(given, 'dangerouslyAllowInsecureUrl'),
    // Stores, the app's own requests, verification: this host performs none of them yet, and a session is in memory.
    null, null, null, false, false, false, false,
    Math.floor(Math.random() * 2 ** 52),
  )
  return { list, fetch }
}

interface ReadCall {
  items: [areOptions: boolean, locale: Plain, timeoutMs: Plain, isAborted: Plain]
  signal: AbortSignal | undefined
}

const NO_OPTIONS: ReadCall = { items: [true, null, null, null], signal: undefined }

/** The options of a call as they go into a list, and its signal. */
export const readCall = (given: unknown): ReadCall => {
  // As most calls have it.
  if (given === undefined) return NO_OPTIONS
  let signal: AbortSignal | undefined
  const isAborted = option(given, 'signal', (value) => {
    const { aborted, addEventListener } = value as AbortSignal
    if (typeof aborted !== 'boolean' || typeof addEventListener !== 'function') return {}
    signal = value as AbortSignal
    return aborted
  })
  return { items: [areOptions(given), option(given, 'locale'), option(given, 'timeoutMs'), isAborted], signal }
}
