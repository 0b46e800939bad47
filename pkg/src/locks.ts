// Web Locks, which need a secure context: the lock for a refresh, and the lock by which a tab announces that it has a token.

import { attempt, global } from './guard'
import { bare } from './members'
import { onLeaving } from './page'

export const hasLocks = (): boolean => typeof global('navigator', 'locks') === 'object'

/** Requests a lock, and reports whether it was granted. Returns a function that releases it, or that stops waiting for it. */
const hold = (name: string, mode: LockMode, report: (isGranted: boolean) => void): (() => void) => {
  const waiting = new AbortController()
  let release: () => void
  // The lock is held while this promise is pending. If it is resolved before the lock is granted, the lock is released at once.
  const held = new Promise<void>((resolve) => (release = resolve))
  const granted = () => {
    report(true)
    return held
  }
  const request = async () => navigator.locks.request(name, bare({ mode, signal: waiting.signal }), granted)
  request().catch(() => report(false))
  return () => {
    release()
    attempt(() => waiting.abort())
  }
}

/** Requests a lock that only one tab can hold at a time. */
export const requestLock = (name: string, report: (isGranted: boolean) => void) => hold(name, 'exclusive', report)

const announced = (name: string) => `${name}#token`

/** Holds a lock that other tabs can hold as well, while the page is not in the back/forward cache. Returns what releases it. */
export const announce = (name: string): (() => void) =>
  onLeaving(() => hold(announced(name), 'shared', () => {}))

/** Whether any tab holds that lock. */
export const areAnnounced = async (name: string): Promise<boolean> => {
  const { held } = await navigator.locks.query()
  return held!.some((lock) => lock.name === announced(name))
}
