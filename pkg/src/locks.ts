// Web Locks, which need a secure context: the lock of a refresh, and the one by which a tab announces itself.

import { attempt, global } from './guard'
import { bare } from './members'
import { onLeaving } from './page'

export const hasLocks = (): boolean => typeof global('navigator', 'locks') === 'object'

/** Asks for a lock, and reports whether it was granted; gives what gives it back, or ends the waiting. */
const hold = (name: string, mode: LockMode, report: (isGranted: boolean) => void): (() => void) => {
  const waiting = new AbortController()
  let release: () => void
  // As long as this is pending, the lock is held. One that is granted when nobody wants it any more is given back at once.
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

/** Waits for a lock that one tab has at a time. */
export const requestLock = (name: string, report: (isGranted: boolean) => void) => hold(name, 'exclusive', report)

const announced = (name: string) => `${name}#token`

/** Holds a lock that other tabs may hold as well, as long as the page is not put aside; gives what gives it back. */
export const announce = (name: string): (() => void) =>
  onLeaving(() => hold(announced(name), 'shared', () => {}))

/** Whether any tab holds that lock. */
export const areAnnounced = async (name: string): Promise<boolean> => {
  const { held } = await navigator.locks.query()
  return held!.some((lock) => lock.name === announced(name))
}
