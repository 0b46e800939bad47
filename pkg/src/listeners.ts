// The listeners of a session.
//
// A listener is called when everything is settled, and may call anything. If it causes a change, the listeners are called anew from
// the first one. Each gets only the newest snapshot.

import { attempt } from './guard'
import type { Snapshot } from './types/session'

export type Listener = (snapshot: Snapshot) => void

interface Entry {
  listener: Listener
  seen: number
}

/** Reports what a listener threw, in the way in which browsers report what an event listener throws. */
const report = (thrown: unknown): void => {
  if (typeof reportError === 'function') return reportError(thrown)
  setTimeout(() => {
    throw thrown
  })
}

export class Listeners {
  readonly #read: () => Snapshot
  readonly #entries = new Set<Entry>()
  #version = 0
  isNotifying = false

  constructor(read: () => Snapshot) {
    this.#read = read
  }

  get size(): number {
    return this.#entries.size
  }

  /** Notes that the snapshot has changed. */
  changed(): void {
    this.#version += 1
  }

  /**
   * Calls a listener now and, if it is lasting, after each change. Returns a function that ends this. A function that is added
   * twice counts as two listeners.
   */
  add(listener: Listener, isLasting: boolean): () => void {
    // The timer runs outside all zones of zone.js. A listener is called in the zone in which it was added.
    const zone = attempt(() => (globalThis as { Zone?: { current: { wrap<T>(run: T, name: string): T } } }).Zone?.current)
    const entry = { listener: attempt(() => zone?.wrap(listener, 'subscribe')) ?? listener, seen: this.#version }
    if (isLasting) this.#entries.add(entry)
    this.#call(entry)
    return () => void this.#entries.delete(entry)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** Calls every listener that has not seen the newest snapshot. */
  notify(): void {
    if (this.isNotifying) return
    this.isNotifying = true
    attempt(() => {
      for (let entry; (entry = this.#next()); ) this.#call(entry)
    })
    this.isNotifying = false
  }

  #next(): Entry | undefined {
    for (const entry of this.#entries) if (entry.seen !== this.#version) return entry
    return undefined
  }

  /** A listener may throw. So may a function that a page has put in the place of `reportError`. */
  #call(entry: Entry): void {
    entry.seen = this.#version
    attempt(
      () => entry.listener(this.#read()),
      (thrown) => attempt(() => report(thrown)),
    )
  }
}
