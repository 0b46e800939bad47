// The host of one engine. It passes inputs to the engine, has the effects performed, and keeps the app's promises by number. It
// decides nothing.
//
// An engine never calls back, so it takes inputs at any time. Its effects are performed one after the other, and all of them
// before the outermost call returns. So a synchronous store has been written by then. Listeners run after that.

import { failureOf, toApp, type Wait } from './answers'
import { performer, type Performer, type Waiter } from './effects'
import type { Engine, Instance, Tenant } from './engine'
import { errorOf, internalError, languageChanged, LoginRocketError, missing } from './errors'
import { attempt, global } from './guard'
import { Listeners } from './listeners'
import { bare, isEmpty } from './members'
import type { Settings } from './options'
import { LOADING, snapshotOf } from './snapshot'
import { monotonicMs, wallSeconds } from './timer'
import type { AbortSignalLike } from './types/platform'
import type { Snapshot } from './types/session'
import { AnswerKind, Effect, type Answer } from './wire/effects'
import * as input from './wire/inputs'
import type { Input } from './wire/inputs'

type Listed = [effect: Effect, ...items: unknown[]]

/** An engine, and the performer of its effects. */
interface Hosted {
  instance: Instance
  engine: Engine
  performer: Performer
}

/** A call of the app: the input for the engine, the data that stays in the host, and the signal that can end it early. */
export type Asked = [make: (id: number) => Input, wait?: Wait, signal?: AbortSignalLike | undefined]

/** The failure of a call that no engine could answer. */
export const failed = (error: unknown) => {
  const { code, message } = error instanceof LoginRocketError ? error : internalError()
  return failureOf(code, message, code !== 'internal_error')
}

export class Host implements Tenant {
  readonly settings: Settings
  readonly listeners = new Listeners(() => this.snapshot)
  isDisposed = false
  readonly #instance: () => Instance
  #hosted: Hosted | undefined
  readonly #queue: Listed[] = []
  #isDraining = false
  #lastId = 0
  /** Who waits, by number. It is a plain object and no `Map`, because a page can break the methods of a `Map`. */
  readonly #waiters = bare({}) as Record<number, Waiter>
  #isAttached = false
  #isLost = false
  #snapshot = LOADING
  #isStale = false

  constructor(instance: () => Instance, settings: Settings) {
    this.#instance = instance
    this.settings = settings
  }

  /** Opens an engine if there is none. Throws if that fails. */
  open(): void {
    if (this.#hosted?.instance.hasFailed) this.evict()
    if (this.#hosted) return
    // A listener that is notified of a lost engine may open a new one, which may be lost at once. That would never end.
    if (this.#isLost && this.listeners.isNotifying) throw internalError()
    const { settings } = this
    if (!settings.fetch && !global('fetch')) throw missing('fetch')
    if (!global('URL')) throw missing('URL')
    const given = [monotonicMs(), wallSeconds(), JSON.stringify(settings.list())] as const
    const instance = this.#instance()
    let engine: Engine
    let text: string
    try {
      engine = new instance.Engine()
      text = engine.handle(...given)
    } catch {
      instance.fail()
      throw internalError()
    }
    const first = JSON.parse(text) as Listed[]
    for (const [effect, , answer] of first) {
      if (effect === Effect.Settle) throw errorOf(toApp(answer as Answer, bare({ hint: settings.hint })) as object)
    }
    const hosted: Hosted = {
      instance,
      engine,
      performer: performer(settings, {
        say: (report, cause) => this.#hosted === hosted && this.#say(report, cause),
        waiter: (id) => this.#waiters[id],
        settled: (id) => this.#remove(id),
        changed: () => this.#change(),
        broken: () => this.#hosted === hosted && this.evict(),
      }),
    }
    this.#queue.push(...first)
    this.#hosted = hosted
    this.#isLost = false
    this.#change()
    this.#drain()
    if (this.#isAttached) this.#say(input.attach())
    if (this.isDisposed) this.dispose()
  }

  /** Passes an input to the engine, and resolves with its answer in the form that the app gets. */
  ask<T>(prepare: () => Asked): Promise<T> {
    return new Promise((resolve) => {
      const fail = (error: unknown) => resolve(failed(error) as T)
      try {
        const [make, wait, signal] = prepare()
        // Without a prototype: a member that is missing must not be found in `Object.prototype`.
        const waiter = bare({ ...wait, fail, settle: (answer: Answer) => resolve(toApp(answer, waiter) as T) }) as unknown as Waiter
        this.begin(make, waiter, signal)
      } catch (error) {
        fail(error)
      }
    })
  }

  /** Passes an input to the engine, and registers who waits for its answer. A signal can end the wait early. Throws if there is no engine. */
  begin(make: (id: number) => Input, waiter: Waiter, signal?: AbortSignalLike): void {
    this.open()
    const id = ++this.#lastId
    if (signal) waiter.stop = onAbort(signal, () => this.#say(input.cancel(id)))
    this.#waiters[id] = waiter
    this.#hosted!.instance.tenants.add(this)
    this.#hosted!.performer.hold(true)
    this.#say(make(id))
  }

  /** The engine's immediate answer to an input. Throws if that is a failure. */
  query(make: (id: number) => Input, wait: Wait = bare({})): unknown {
    this.open()
    const id = ++this.#lastId
    let found: Answer | undefined
    try {
      for (const listed of this.#handle(make(id))) {
        const [effect, ids, answer] = listed as [Effect, number[], Answer]
        if (effect === Effect.Settle && ids[0] === id) found = answer
        else this.#queue.push(listed)
      }
    } catch {
      this.evict()
    }
    this.#drain()
    if (!found) throw internalError()
    const answer = found[0] === AnswerKind.Snapshot ? snapshotOf(found) : toApp(found, wait)
    if (found[0] === AnswerKind.Failed) throw errorOf(answer as object)
    return answer
  }

  /** Changes a setting. `make` makes the input that tells the engine. Throws if the value is wrong, and then changes nothing. */
  change<Name extends 'url' | 'locale'>(name: Name, value: Settings[Name], make: (id: number) => Input): void {
    const { settings } = this
    const old = settings[name]
    try {
      if (this.#hosted) this.query(make)
      settings[name] = value
      this.open()
    } catch (error) {
      settings[name] = old
      throw error
    }
  }

  /** Begins to keep the session fresh; not on a server, where the session belongs to nobody. */
  attach(): void {
    const isThere = this.#hosted && !this.#hosted.instance.hasFailed
    if (this.settings.isServer || (this.#isAttached && isThere)) return
    this.#isAttached = true
    attempt(() => {
      this.open()
      this.#say(input.attach())
    })
  }

  dispose(): void {
    // The app can read the last snapshot after this, but the engine forgets it.
    void this.snapshot
    this.isDisposed = true
    this.#hosted?.performer.end()
    this.#say(input.dispose())
    this.listeners.clear()
  }

  /** The same object until something changes. */
  get snapshot(): Snapshot {
    if (this.#isStale && !this.isDisposed) {
      this.#isStale = false
      const found = attempt(() => this.query(input.snapshot)) as Snapshot | undefined
      // It could not be read now. The next access tries again.
      if (found) this.#snapshot = found
      else this.#isStale = true
    }
    return this.#snapshot
  }

  /** What the engine says of the session. Undefined if there is no engine, as on a server that has made no call. */
  get explanation(): object | undefined {
    return this.#hosted && (attempt(() => this.query(input.explain)) as object | undefined)
  }

  /**
   * Gives up the engine, because its instance failed or because its state is not known any more. Nothing that is under way
   * would end, so everyone who waits gets a failure, even if the page has broken built-in functions. The next call opens another
   * engine.
   */
  evict(): void {
    const hosted = this.#hosted
    this.#hosted = undefined
    this.#isLost = true
    this.#queue.length = 0
    attempt(() => hosted?.performer.stop())
    attempt(() => hosted?.instance.tenants.delete(this))
    // Freeing the engine wipes its secrets. An instance that failed is never called again.
    if (!hosted?.instance.hasFailed) attempt(() => hosted?.engine.free())
    for (const id in this.#waiters) {
      const { stop, fail } = this.#waiters[id]!
      delete this.#waiters[id]
      attempt(() => stop?.())
      attempt(() => fail(internalError()))
    }
  }

  #change(): void {
    this.#isStale = true
    this.listeners.changed()
  }

  #remove(id: number): void {
    this.#waiters[id]?.stop?.()
    delete this.#waiters[id]
    if (!isEmpty(this.#waiters)) return
    this.#hosted?.instance.tenants.delete(this)
    this.#hosted?.performer.hold(false)
  }

  /** Passes an input to the engine. Without an engine it does nothing: then nobody waits any more. Never throws. */
  #say(input: Input, cause?: string): void {
    try {
      for (const listed of this.#handle(input)) {
        this.#queue.push(listed)
        // The cause belongs only to the callers that this input settles. So it is noted before the next input.
        if (!cause || listed[0] !== Effect.Settle) continue
        for (const id of listed[1] as number[]) if (this.#waiters[id]) this.#waiters[id]!.cause = cause
      }
    } catch {
      this.evict()
    }
    this.#drain()
  }

  #handle([list, beside]: Input): Listed[] {
    const hosted = this.#hosted
    if (!hosted) return []
    if (hosted.instance.hasFailed) {
      this.evict()
      return []
    }
    const written = JSON.stringify(list)
    if (written[0] !== '[') throw languageChanged()
    const [ms, wall] = [monotonicMs(), wallSeconds()]
    let text: string
    try {
      text = hosted.engine.handle(ms, wall, written, beside)
    } catch (trap) {
      hosted.instance.fail()
      throw trap
    }
    return JSON.parse(text) as Listed[]
  }

  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    try {
      for (let listed; (listed = this.#queue.shift()); ) this.#hosted!.performer.perform(listed)
    } catch {
      this.evict()
    }
    this.#isDraining = false
    this.listeners.notify()
  }
}

/** Listens to a signal. Returns a function that stops this: a signal may live as long as the page. */
const onAbort = (signal: AbortSignalLike, cancel: () => void): (() => void) => {
  attempt(() => signal.addEventListener('abort', cancel))
  return () => attempt(() => signal.removeEventListener('abort', cancel))
}
