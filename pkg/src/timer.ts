// `setTimeout` and clocks.

import { attempt } from './guard'

/** Milliseconds since some start, never going back where the platform has a clock that does not. */
export const monotonicMs = (): number => {
  try {
    return performance.now()
  } catch {
    return Date.now()
  }
}

/** Epoch seconds. */
export const wallSeconds = (): number => Date.now() / 1000

/** The longest time that a timer takes; what is to come later is waited for in several. */
const MAX_MS = 2 ** 31 - 1

/** What `setTimeout` gives: a number in a page; in Node an object, which keeps the process alive as long as it is counted. */
type Handle = { ref?(): void; unref?(): void } | number

/**
 * One timer. One that is set already and comes sooner than what is wanted is left as it is, as it is when nothing is wanted
 * any more: to set a timer anew for each call costs more than the rest of it. When it fires, it is set for what is wanted
 * then. The engine says each time once, so it is woken no sooner.
 */
export class Timer {
  #handle: Handle | undefined
  #setForMs = Infinity
  #wantedMs: number | null = null
  #isEnding = false
  readonly #woke: () => void

  constructor(woke: () => void) {
    this.#woke = woke
  }

  set(atMs: number | null): void {
    this.#wantedMs = atMs
    if (atMs === null) return this.#isEnding ? this.#stop() : this.#count('unref')
    if (this.#setForMs > atMs) {
      this.#stop()
      this.#handle = attempt(() => setTimeout(() => this.#fire(), Math.min(Math.ceil(atMs - monotonicMs()), MAX_MS)))
      this.#setForMs = this.#handle === undefined ? Infinity : atMs
    }
    return this.#count('ref')
  }

  /** From now on nothing is left set that nobody wants: there will be no more calls for which that would be cheaper. */
  end(): void {
    this.#isEnding = true
  }

  #stop(): void {
    attempt(() => clearTimeout(this.#handle as number))
    this.#setForMs = Infinity
  }

  #fire(): void {
    this.#setForMs = Infinity
    const wantedMs = this.#wantedMs
    if (wantedMs === null) return
    // Some browsers' timers are early by a fraction of a millisecond, too.
    if (monotonicMs() < wantedMs) this.set(wantedMs)
    else this.#woke()
  }

  #count(how: 'ref' | 'unref'): void {
    const handle = this.#handle
    if (typeof handle === 'object') attempt(() => handle[how]?.())
  }
}
