// `AbortSignal`, known by what it can do: it may come from another realm, or be wrapped.
import { quietly, task } from './task.js'

export const signals = {
  is: (value) =>
    !!quietly(() => typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function'),
  /** Comes to an end when the signal is or becomes aborted, never without one. Its reason may be anything. */
  aborted: (signal) =>
    task((done) => {
      if (signal.aborted === true) return done()
      signal.addEventListener('abort', done)
      // A signal may live as long as the page.
      return () => signal.removeEventListener('abort', done)
    }),
}
