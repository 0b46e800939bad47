// Web Storage, and what an app puts in its place.

import { attempt, global } from './guard'
import { StoreFault } from './wire/inputs'

/**
 * A storage of your own, with the methods of `localStorage`; each may give a promise. One that throws, or takes longer
 * than two seconds, never stands in the way: the session then lives in memory, and {@link Session.explain} says why.
 */
export interface StorageAdapter {
  /** The entry of that name; null or undefined where there is none. */
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

/** Calls a method of a place and reports what came of it; of an area, before this returns. */
export const askStore = (
  place: Place,
  method: keyof StorageAdapter,
  entry: [key: string, value?: string],
  report: Report,
): void => {
  const done = (value: unknown) => {
    // What is no text is an entry that cannot be read.
    if (method !== 'getItem' || value === null || value === undefined) report(null)
    else report(null, typeof value === 'string' ? value : '')
  }
  const failed = (thrown: unknown) => report(faultOf(thrown))
  const isArea = typeof place === 'string'
  // Where storage is blocked, already the getter throws.
  const store = isArea ? global(place) : place
  if (!store) return report(StoreFault.Blocked)
  let answer: unknown
  try {
    answer = (store[method] as (...entry: unknown[]) => unknown)(...entry)
  } catch (thrown) {
    return failed(thrown)
  }
  // Whatever an adapter gives: its `then` is called by the promise, where it can throw nothing at anybody.
  return isArea ? done(answer) : void Promise.resolve(answer).then(done, failed)
}
