// `setTimeout` and clocks.

import { attempt } from './guard'

/** How far the one clock is ahead of the other, which goes on in its place where the first one fails. */
let aheadMs = 0

/** Milliseconds since some start, never going back where the platform has a clock that does not. */
export const monotonicMs = (): number => {
  let ms
  // Each call asks several times, so without a function around it.
  try {
    ms = performance.now()
    if (typeof ms === 'number') aheadMs = ms - Date.now()
  } catch {}
  return typeof ms === 'number' ? ms : Date.now() + aheadMs
}

/** Epoch seconds. */
export const wallSeconds = (): number => Date.now() / 1000

/** The longest time that a timer takes; what is to come later is waited for in several. */
const MAX_MS = 2 ** 31 - 1

/** What `setTimeout` gives: a number in a page; in Node an object, which keeps the process alive as long as it is counted. */
type Handle = { ref?(): void; unref?(): void } | number

/** What a zone of zone.js has, as far as it is needed. */
interface Zone {
  run<T>(run: () => T): T
}

/** Runs something outside of the zones of zone.js, for whom a timer is work that a page is not done with. */
const outside = <T>(run: () => T): T => {
  const root = attempt(() => (globalThis as { Zone?: { root: Zone } }).Zone?.root)
  return typeof root?.run === 'function' ? root.run(run) : run()
}

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
  #isHeld = false
  readonly #woke: () => void
  readonly #broken: () => void

  /** Says that the time has come, or that there is no telling any more when it will. */
  constructor(woke: () => void, broken: () => void) {
    this.#woke = woke
    this.#broken = broken
  }

  /** Throws where no timer can be set: then no wait would have an end. */
  set(atMs: number | null): void {
    this.#wantedMs = atMs
    if (atMs === null) return void (this.#isEnding && this.#stop())
    if (this.#setForMs > atMs) {
      this.#stop()
      const start = () => outside(() => setTimeout(() => this.#fire(), Math.min(Math.ceil(atMs - monotonicMs()), MAX_MS)))
      // What a page broke for a moment works the second time.
      this.#handle = attempt(start) ?? start()
      this.#setForMs = atMs
      this.#count()
    }
  }

  /** Whether somebody waits. What is done later, for a session that nobody asks about, keeps no process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#count()
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
    this.#handle = undefined
    const wantedMs = this.#wantedMs
    if (wantedMs === null) return
    // Some browsers' timers are early by a fraction of a millisecond, too.
    attempt(() => (monotonicMs() < wantedMs ? this.set(wantedMs) : this.#woke()), this.#broken)
  }

  #count(): void {
    const handle = this.#handle
    if (typeof handle === 'object') attempt(() => handle[this.#isHeld ? 'ref' : 'unref']?.())
  }
}
