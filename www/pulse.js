// Looking at the session again and again, for views that show how it stands.

/** One timer and one subscription for all who look, and none when nobody does. */
export class Pulse {
  #session
  #looks = new Set()
  #stop

  constructor(session) {
    this.#session = session
  }

  /**
   * Calls `look` with the snapshot and what `explain()` says of it: now, after every change, and each second, until
   * `signal` aborts. Most of what there is to see is how long something still takes, and that is no change.
   */
  watch(signal, look) {
    this.#looks.add(look)
    look(this.#session.snapshot, this.#session.explain())
    if (this.#looks.size === 1) this.#start()
    signal.addEventListener('abort', () => {
      this.#looks.delete(look)
      if (this.#looks.size === 0) this.#stop()
    })
  }

  #start() {
    const beat = () => {
      const explained = this.#session.explain()
      for (const look of this.#looks) look(this.#session.snapshot, explained)
    }
    const timer = setInterval(beat, 1000)
    const leave = this.#session.subscribe(beat)
    this.#stop = () => {
      clearInterval(timer)
      leave()
    }
  }
}
