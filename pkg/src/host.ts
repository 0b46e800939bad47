// The host of one engine: it performs effects, reports what came of them, and keeps promises by number. It decides nothing.
//
// An engine cannot be called in the middle of a call. What happens meanwhile is queued, and the queue is drained before the
// outermost call returns: what a synchronous store is asked is done by then.

import { toApp } from './answers'
import type { Engine } from './glue'
import { exchange, type Exchange, type Fetch } from './fetch'
import { attempt } from './guard'
import { withAdditions } from './params'
import { Timer, monotonicMs, wallSeconds } from './timer'
import { Effect, type Answer, type Effects } from './wire/effects'
import { type Input, replied, unanswered, woke } from './wire/inputs'

interface Wait {
  settle(answer: Answer, body: string | undefined): void
  /** The parameters that are the body of its request. */
  params: string
  /** What the service answered. */
  body?: string
}

export class Host {
  readonly #engine: Engine
  readonly #fetch: Fetch | undefined
  readonly #queue: Input[] = []
  #isDraining = false
  #lastId = 0
  readonly #waits = new Map<number, Wait>()
  readonly #exchanges = new Map<number, Exchange>()
  readonly #timer = new Timer(() => this.say(woke()))

  constructor(engine: Engine, fetch: Fetch | undefined) {
    this.#engine = engine
    this.#fetch = fetch
  }

  /** Performs the effects of an engine that was opened. */
  open(options: readonly unknown[]): Answer | undefined {
    let refused: Answer | undefined
    this.#waits.set(0, { params: '{}', settle: (answer) => (refused = answer) })
    this.#perform(this.#engine.open(monotonicMs(), wallSeconds(), JSON.stringify(options)))
    this.#waits.delete(0)
    this.#drain()
    return refused
  }

  /** Waits for what an input comes to, as the app gets it. */
  ask(input: (id: number) => Input, params = '{}'): { id: number; answer: Promise<object> } {
    const id = ++this.#lastId
    const answer = new Promise<object>((resolve) => {
      this.#waits.set(id, { params, settle: (answer, body) => resolve(toApp(answer, body)) })
    })
    this.say(input(id))
    return { id, answer }
  }

  /** Tells the engine something. */
  say(input: Input): void {
    this.#queue.push(input)
    this.#drain()
  }

  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    try {
      for (let input; (input = this.#queue.shift()); ) {
        this.#perform(this.#engine.handle(monotonicMs(), wallSeconds(), JSON.stringify(input[0]), input[1]))
      }
    } finally {
      this.#isDraining = false
    }
  }

  #perform(effects: string): void {
    for (const [effect, ...items] of JSON.parse(effects) as [Effect, ...unknown[]][]) {
      // Each in a guard of its own: what one throws is its own failure, and no other's.
      attempt(() => (this.#effects[effect] as (...items: unknown[]) => void)(...items))
    }
  }

  readonly #effects: Partial<Effects> = {
    [Effect.Settle]: (ids, answer) => {
      for (const id of ids) {
        const wait = this.#waits.get(id)
        this.#waits.delete(id)
        wait?.settle(answer, wait.body)
      }
    },
    [Effect.Fetch]: (id, method, url, headers, additions, outlivesPage) => {
      const body = additions === null ? undefined : withAdditions(additions, this.#waits.get(id)?.params ?? '{}')
      const going = exchange(this.#fetch, method, url, headers, body, outlivesPage)
      this.#exchanges.set(id, going)
      const report = (input: Input) => this.#exchanges.delete(id) && this.say(input)
      going.reply.then(
        (reply) => {
          if (!reply) return report(unanswered(id, true))
          const wait = this.#waits.get(id)
          if (wait) wait.body = reply.text
          const { status, isHiddenRedirect, headers, text } = reply
          return report(replied(id, status, isHiddenRedirect, ...headers, reply.body, text))
        },
        () => report(unanswered(id, false)),
      )
    },
    [Effect.Abort]: (id) => {
      this.#exchanges.get(id)?.stop()
      this.#exchanges.delete(id)
    },
    [Effect.WakeAt]: (atMs) => this.#timer.set(atMs),
  }
}
