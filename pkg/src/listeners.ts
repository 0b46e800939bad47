// The listeners of a session.
//
// A listener is called when everything is settled, and may call anything. If it causes a change, all listeners first
// get the present snapshot; then each gets only the newest.

import { attempt } from './guard'
import type { Snapshot } from './types/session'

export type Listener = (snapshot: Snapshot) => void

interface Entry {
  listener: Listener
  seen: number
}

/** Reports what a listener threw, as the browser reports what an event's listener throws. */
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

  /** Notes that the snapshot is another one. */
  changed(): void {
    this.#version += 1
  }

  /**
   * Calls a listener, now and, where there will be changes, after each; gives what ends that. The same function twice is two
   * listeners.
   */
  add(listener: Listener, isLasting: boolean): () => void {
    // A timer is set outside of all zones of zone.js; whoever listens is called in their own.
    const zone = attempt(() => (globalThis as { Zone?: { current: { wrap<T>(run: T, name: string): T } } }).Zone?.current)
    const entry = { listener: attempt(() => zone?.wrap(listener, 'subscribe')) ?? listener, seen: this.#version }
    if (isLasting) this.#entries.add(entry)
    this.#call(entry)
    return () => void this.#entries.delete(entry)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** Calls everyone who has not been told. */
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

  /** A listener may throw; so may what a page has put in the place of `reportError`. */
  #call(entry: Entry): void {
    entry.seen = this.#version
    attempt(
      () => entry.listener(this.#read()),
      (thrown) => attempt(() => report(thrown)),
    )
  }
}
