// `AbortSignal`, known by what it can do: it may come from another realm, or be wrapped.
import { quietly, task } from './task.js'

export const signals = {
  is: (value) =>
    !!quietly(() => typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function'),
  /** Comes to an end when the signal is aborted, never without one; undefined if it is already. Its reason may be anything. */
  aborted: (signal) =>
    signal?.aborted === true
      ? undefined
      : task((done) => {
          signal.addEventListener('abort', done)
          // A signal may live as long as the page.
          return () => signal.removeEventListener('abort', done)
        }),
}
