// `setTimeout` and clocks.
import { quietly, task } from './task.js'

export const timer = {
  sleep: (ms) =>
    task((done) => {
      const handle = setTimeout(done, ms)
      return () => clearTimeout(handle)
    }),
  /** Milliseconds since some start, never going back where the platform has a clock that does not. */
  mono: () => quietly(() => performance.now()) ?? Date.now(),
  now: () => Date.now(),
}
