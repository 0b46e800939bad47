// The host of one engine. It hands inputs over, has the effects performed, and keeps promises by number. It decides
// nothing.
//
// An engine calls nobody, so it takes inputs at any time. Its effects are performed one after the other, and all of
// them before the outermost call returns. So what a synchronous store was asked is done by then. Listeners run after
// that.

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

/** An engine with what performs its effects. */
interface Hosted {
  instance: Instance
  engine: Engine
  performer: Performer
}

/** What an app asks: what the engine is told, what stays on this side, and what ends it early. */
export type Asked = [make: (id: number) => Input, wait?: Wait, signal?: AbortSignalLike | undefined]

/** A failure for what no engine could answer. */
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
  /** By number. Nothing that a page can break is needed to find them all. */
  readonly #waiters = bare({}) as Record<number, Waiter>
  #isAttached = false
  #isLost = false
  #snapshot = LOADING
  #isStale = false

  constructor(instance: () => Instance, settings: Settings) {
    this.#instance = instance
    this.settings = settings
  }

  /** Opens an engine, unless there is one. Throws where there cannot be one. */
  open(): void {
    if (this.#hosted?.instance.hasFailed) this.evict()
    if (this.#hosted) return
    // A listener that asks for another engine right after one was lost, and is notified of that, would do so for ever.
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

  /** Waits for what an input comes to, as the app gets it. */
  ask<T>(prepare: () => Asked): Promise<T> {
    return new Promise((resolve) => {
      const fail = (error: unknown) => resolve(failed(error) as T)
      try {
        const [make, wait, signal] = prepare()
        // What it has not has nobody put into `Object.prototype`.
        const waiter = bare({ ...wait, fail, settle: (answer: Answer) => resolve(toApp(answer, waiter) as T) }) as unknown as Waiter
        this.begin(make, waiter, signal)
      } catch (error) {
        fail(error)
      }
    })
  }

  /** Has someone wait for what an input comes to; a signal ends that early. Throws where there cannot be an engine. */
  begin(make: (id: number) => Input, waiter: Waiter, signal?: AbortSignalLike): void {
    this.open()
    const id = ++this.#lastId
    if (signal) waiter.stop = onAbort(signal, () => this.#say(input.cancel(id)))
    this.#waiters[id] = waiter
    this.#hosted!.instance.tenants.add(this)
    this.#hosted!.performer.hold(true)
    this.#say(make(id))
  }

  /** What an input comes to at once. Throws a failure. */
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

  /** Changes a setting, of which the engine is told by `make`. What is wrong with it is thrown, and changes nothing. */
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

  /** Begins to keep the session fresh, where it is anyone's. */
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
    // What was seen last stays to be seen. The engine forgets it.
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
      // What could not be read now is read the next time.
      if (found) this.#snapshot = found
      else this.#isStale = true
    }
    return this.#snapshot
  }

  /** What the engine says of the session; undefined where there is none, as on a server that has made no call. */
  get explanation(): object | undefined {
    return this.#hosted && (attempt(() => this.query(input.explain)) as object | undefined)
  }

  /**
   * The engine is gone, with its instance or because nobody knows any more how things stand: nothing that goes on will come to an
   * end. The next call opens another one. Whatever a page has made of a built-in, everyone who waits is told.
   */
  evict(): void {
    const hosted = this.#hosted
    this.#hosted = undefined
    this.#isLost = true
    this.#queue.length = 0
    attempt(() => hosted?.performer.stop())
    attempt(() => hosted?.instance.tenants.delete(this))
    // What is secret in it is wiped with it. In an instance that failed nothing is done any more.
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

  /** Tells the engine something; if there is none any more, nobody waits for it. Throws nothing, whoever calls it. */
  #say(input: Input, cause?: string): void {
    try {
      for (const listed of this.#handle(input)) {
        this.#queue.push(listed)
        // Another request's cause is nobody's: it is noted before anything else can be said.
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

/** Listens to a signal, which may live as long as the page; gives what ends that. */
const onAbort = (signal: AbortSignalLike, cancel: () => void): (() => void) => {
  attempt(() => signal.addEventListener('abort', cancel))
  return () => attempt(() => signal.removeEventListener('abort', cancel))
}
