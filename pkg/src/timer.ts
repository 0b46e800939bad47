// `setTimeout` and clocks.

import { attempt } from './guard'

/** Milliseconds since some start, never going back where the platform has a clock that does not. */
export const monotonicMs = (): number => attempt(() => performance.now()) ?? Date.now()

/** Epoch seconds. */
export const wallSeconds = (): number => Date.now() / 1000

/** One timer, which is set anew or not at all. */
export class Timer {
  #handle: ReturnType<typeof setTimeout> | undefined
  readonly #woke: () => void

  constructor(woke: () => void) {
    this.#woke = woke
  }

  set(atMs: number | null): void {
    attempt(() => clearTimeout(this.#handle))
    this.#handle = undefined
    if (atMs === null) return
    // Rounded up: a timer that fires a fraction too early would only be set once more.
    const ms = Math.ceil(atMs - monotonicMs())
    this.#handle = attempt(() => setTimeout(this.#woke, ms))
  }
}
