// Web Locks, which need a secure context.
import { quietly, task } from './task.js'

export const locks = {
  exist: () => typeof quietly(() => navigator.locks) === 'object',
  /** Comes to true when the lock is granted, to false if it cannot be had. Stopping gives it back, or waits no longer. */
  request: (name) =>
    task((done) => {
      const waiting = new AbortController()
      let release
      const granted = () => {
        done(true)
        // As long as this is pending, the lock is held.
        return new Promise((resolve) => (release = resolve))
      }
      const request = async () => navigator.locks.request(name, { signal: waiting.signal }, granted)
      request().catch(() => done(false))
      return () => (release ? release() : waiting.abort())
    }),
}
