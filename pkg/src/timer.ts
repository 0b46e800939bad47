// `setTimeout` and clocks.

import { attempt } from './guard'

/** How far `performance.now()` is ahead of `Date.now()`. If the first one fails, the second one goes on from there. */
let aheadMs = 0

/** Milliseconds since some start. They never go back if the platform has a monotonic clock. */
export const monotonicMs = (): number => {
  let ms
  // Each call reads the clock several times, so there is no `attempt` and no closure here.
  try {
    ms = performance.now()
    if (typeof ms === 'number') aheadMs = ms - Date.now()
  } catch {}
  return typeof ms === 'number' ? ms : Date.now() + aheadMs
}

/** Epoch seconds. */
export const wallSeconds = (): number => Date.now() / 1000

/** The longest delay that `setTimeout` takes. A longer wait needs several timers. */
const MAX_MS = 2 ** 31 - 1

/** What `setTimeout` returns. In a page it is a number. In Node it is an object that keeps the process alive until `unref`. */
type Handle = { ref?(): void; unref?(): void } | number

/** The part of a zone of zone.js that is needed here. */
interface Zone {
  run<T>(run: () => T): T
}

/** Runs a function outside the zones of zone.js. Inside, zone.js would take a waiting timer for unfinished work of the page. */
const outside = <T>(run: () => T): T => {
  const root = attempt(() => (globalThis as { Zone?: { root: Zone } }).Zone?.root)
  return typeof root?.run === 'function' ? root.run(run) : run()
}

/**
 * The timer of one engine. A timer that is already set and fires too early stays set, and so does one that is not wanted any more:
 * setting it anew for each call would cost more than the rest of the call. When it fires too early, it is set again for the time
 * that is wanted then. The engine names each time only once, so it must not be woken before that time.
 */
export class Timer {
  #handle: Handle | undefined
  #setForMs = Infinity
  #wantedMs: number | null = null
  #isEnding = false
  #isHeld = false
  readonly #woke: () => void
  readonly #broken: () => void

  /** `woke` is called when the time has come, `broken` if that fails or no timer can be set any more. */
  constructor(woke: () => void, broken: () => void) {
    this.#woke = woke
    this.#broken = broken
  }

  /** Throws if no timer can be set: without one, no wait would ever end. */
  set(atMs: number | null): void {
    this.#wantedMs = atMs
    if (atMs === null) return void (this.#isEnding && this.#stop())
    if (this.#setForMs > atMs) {
      this.#stop()
      const start = () => outside(() => setTimeout(() => this.#fire(), Math.min(Math.ceil(atMs - monotonicMs()), MAX_MS)))
      // A page may break `setTimeout` for a moment. Then the second try works.
      this.#handle = attempt(start) ?? start()
      this.#setForMs = atMs
      this.#count()
    }
  }

  /** Says whether a caller waits. Only then does the timer keep a process alive; later work for the session itself does not. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#count()
  }

  /** From now on a timer that is not wanted is cleared. Leaving it set is cheaper only while more calls follow. */
  end(): void {
    this.#isEnding = true
  }

  #stop(): void {
    attempt(() => clearTimeout(this.#handle as number))
    this.#setForMs = Infinity
  }

  #fire(): void {
    this.#setForMs = Infinity
    this.#handle = undefined
    const wantedMs = this.#wantedMs
    if (wantedMs === null) return
    // The timer may have been set for an earlier time. Some browsers also fire it a fraction of a millisecond too early.
    attempt(() => (monotonicMs() < wantedMs ? this.set(wantedMs) : this.#woke()), this.#broken)
  }

  #count(): void {
    const handle = this.#handle
    if (typeof handle === 'object') attempt(() => handle[this.#isHeld ? 'ref' : 'unref']?.())
  }
}
