// `setTimeout` and clocks.

import { attempt } from './guard'

/** Milliseconds since some start, never going back where the platform has a clock that does not. */
export const monotonicMs = (): number => attempt(() => performance.now()) ?? Date.now()

/** Epoch seconds. */
export const wallSeconds = (): number => Date.now() / 1000

/** What `setTimeout` gives: a number in a page; in Node an object, which keeps the process alive as long as it is counted. */
type Handle = { ref?(): void; unref?(): void } | number

/**
 * One timer. One that is set already and comes sooner than what is wanted is left as it is, as it is when nothing is wanted
 * any more: to be woken too early does no harm, and to set a timer anew for each call costs more than the rest of it.
 */
export class Timer {
  #handle: Handle | undefined
  #atMs = Infinity
  readonly #woke: () => void

  constructor(woke: () => void) {
    this.#woke = woke
  }

  set(atMs: number | null): void {
    if (atMs === null) return this.#count('unref')
    if (this.#atMs > atMs) {
      this.stop()
      const fire = () => {
        this.#atMs = Infinity
        // Some browsers' timers are early by a fraction of a millisecond, and the engine does not ask twice.
        if (monotonicMs() < atMs) return this.set(atMs)
        this.#woke()
      }
      this.#handle = attempt(() => setTimeout(fire, Math.ceil(atMs - monotonicMs())))
      this.#atMs = this.#handle === undefined ? Infinity : atMs
    }
    return this.#count('ref')
  }

  stop(): void {
    attempt(() => clearTimeout(this.#handle as number))
    this.#atMs = Infinity
  }

  #count(how: 'ref' | 'unref'): void {
    const handle = this.#handle
    if (typeof handle === 'object') attempt(() => handle[how]?.())
  }
}
