// One emulator's module: requests in, answers out, keys beforehand, and the end of it. It decides nothing about realms.

import { EmulatorError } from './errors'
import { glue, type Opener, type Realms } from './glue'
import { keyMaker, type KeyMaker } from './keys'

/** A request, whoever it came from. */
export interface Asked {
  readonly core: boolean
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
  /** Of the caller. */
  readonly address: string
}

/** What is to be sent, and how sending it ends. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array<ArrayBuffer>
  readonly delayMs: number
  /** `whole`, or where the connection breaks or stays silent. */
  readonly ending: 'whole' | 'cut' | 'hang' | { readonly breaksAfter: number }
}

/** Where the realms are served. */
export interface Place {
  readonly root: string
  readonly port: number
  readonly core: string
  readonly api_key?: string | undefined
  /** Id of the default realm. */
  readonly realm?: string | undefined
  readonly app?: string | undefined
  readonly open?: boolean
}

type Told =
  | 'key'
  | { readonly more: number }
  | {
      readonly answer: {
        readonly status: number
        readonly headers: [string, string][]
        readonly delay_millis: number
        readonly breaks_after?: number
        readonly hangs: boolean
        readonly cuts: boolean
      }
    }

/** Lets whatever else waits have its turn. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/** Most bytes of a body; one more tells the realm that there were too many. */
export const mostBytes = (path: string): number => (path.startsWith('/_emulator/') ? 64 * 1024 * 1024 : 256 * 1024)

/** How a sentence about a seed begins; the rest says where in the document. */
export const SEED_IS_WRONG = 'the seed is wrong: '

const started = (module: WebAssembly.Module): Opener => {
  const { imports, use } = glue(() => new TextDecoder('utf-8', { ignoreBOM: true }), () => new TextEncoder())
  return use(new WebAssembly.Instance(module, imports))
}

export class Host {
  #realms: Realms
  #keys: KeyMaker
  /** Why nothing is answered any more. */
  #over: EmulatorError | undefined

  constructor(module: WebAssembly.Module, seed: string | undefined, place: Place, entropy: Uint8Array) {
    try {
      this.#realms = started(module).open(seed, JSON.stringify(place), entropy, Date.now())
    } catch (error) {
      throw typeof error === 'string' ? new EmulatorError(error) : error
    }
    this.#keys = keyMaker(this.#realms)
  }

  async answer(asked: Asked): Promise<Answer> {
    const { body, ...head } = asked
    const text = JSON.stringify(head)
    let wait = true
    let told: Told = this.#ask((realms) => realms.handle(text, body, Date.now(), wait))
    while (!('answer' in Object(told))) {
      if (told === 'key') {
        wait = await this.#keys.demand()
        told = this.#ask((realms) => realms.handle(text, body, Date.now(), wait))
      } else {
        await pause()
        const { more } = told as { more: number }
        told = this.#ask((realms) => realms.go_on(more, Date.now()))
      }
    }
    const { answer } = told as Extract<Told, { answer: unknown }>
    const { status, headers, delay_millis: delayMs, breaks_after: breaksAfter, hangs, cuts } = answer
    const bytes = this.#ask((realms) => realms.take_body(), false)
    this.#keys.refill()
    return {
      status,
      headers,
      body: bytes,
      delayMs,
      ending: hangs ? 'hang' : cuts ? 'cut' : breaksAfter === undefined ? 'whole' : { breaksAfter },
    }
  }

  /** Makes the first key, which the first login would wait for. */
  async ready(): Promise<void> {
    await this.#keys.demand()
  }

  stop(): void {
    if (this.#over) return
    this.#over = new EmulatorError('this emulator was stopped: make another one')
    this.#keys.stop()
    this.#realms.free()
  }

  #ask(work: (realms: Realms) => string): Told
  #ask<T>(work: (realms: Realms) => T, parse: false): T
  #ask(work: (realms: Realms) => unknown, parse = true): unknown {
    if (this.#over) throw this.#over
    let result: unknown
    try {
      result = work(this.#realms)
    } catch (cause) {
      // What the module was in the middle of is lost, and with it whatever it holds.
      this.#over = new EmulatorError('the emulator failed, which is a defect of its own; please report it, and make another one', { cause })
      this.#keys.stop()
      throw this.#over
    }
    return parse ? JSON.parse(result as string) : result
  }
}

/** 32 bytes that all randomness comes from: the given text's, or the platform's. */
export const entropyOf = (random: string | number | undefined): Uint8Array => {
  const bytes = new Uint8Array(32)
  if (random === undefined) return crypto.getRandomValues(bytes)
  new TextEncoder().encode(String(random)).forEach((byte, at) => {
    bytes[at % 32] = ((bytes[at % 32] ?? 0) * 31 + byte) & 255
  })
  return bytes
}
