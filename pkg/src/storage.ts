// Web Storage, and adapters that an app puts in its place.

import { attempt, global } from './guard'
import { StoreFault } from './wire/inputs'

/**
 * A storage of your own, with three methods of `localStorage`. Each may return a promise. If a method throws or takes longer than
 * two seconds, the session lives in memory instead, and {@link Session.explain} says why.
 */
export interface StorageAdapter {
  /** Returns the entry of that name, or null or undefined if there is none. */
  getItem(key: string): string | null | undefined | PromiseLike<string | null | undefined>
  /** Writes an entry. */
  setItem(key: string, value: string): unknown
  /** Removes an entry. */
  removeItem(key: string): unknown
}

/** Where a session is stored: the name of an area, an adapter, or nowhere. */
export type Place = 'localStorage' | 'sessionStorage' | StorageAdapter | undefined

type Report = (fault: StoreFault | null, text?: string) => void

const faultOf = (thrown: unknown): StoreFault => {
  const name = attempt(() => (thrown as Error).name)
  if (name === 'QuotaExceededError') return StoreFault.Full
  return name === 'SecurityError' ? StoreFault.Blocked : StoreFault.Failed
}

/** Calls a method of a place and reports the result. For an area of Web Storage it does so before it returns. */
export const askStore = (
  place: Place,
  method: keyof StorageAdapter,
  entry: [key: string, value?: string],
  report: Report,
): void => {
  const done = (value: unknown) => {
    // A value that is not a string counts as an entry that cannot be read.
    if (method !== 'getItem' || value === null || value === undefined) report(null)
    else report(null, typeof value === 'string' ? value : '')
  }
  const failed = (thrown: unknown) => report(faultOf(thrown))
  const isArea = typeof place === 'string'
  // If storage is blocked, even reading `localStorage` throws. `global` then gives undefined.
  const store = isArea ? global(place) : place
  if (!store) return report(StoreFault.Blocked)
  let answer: unknown
  try {
    answer = (store[method] as (...entry: unknown[]) => unknown)(...entry)
  } catch (thrown) {
    return failed(thrown)
  }
  // An adapter may return any thenable. The promise calls its `then`, so an exception there becomes a rejection.
  return isArea ? done(answer) : void Promise.resolve(answer).then(done, failed)
}
