// The WebAssembly instance: one for all clients of the page, and a fresh one after a trap.
//
// It is unknown what an instance did before it failed, so nothing of it is used again. Its clients are told, and each
// gets an engine of a fresh instance with its next call.

import { LoginRocketError, notStarted } from './errors'
import { glue } from './glue'
import { decoder, encoder } from './utf8'

/** The engine of `src/bindings.rs`. */
export interface Engine {
  /** Takes the options in, which open it, and after that one input after the other; gives the effects to be performed. */
  handle(monoMs: number, wall: number, list: string, beside?: string): string
  free(): void
}

/** What is around an instance of the module, which is started with `imports` and then put to use. */
export interface Glue {
  imports: WebAssembly.Imports
  use(instance: WebAssembly.Instance): new () => Engine
}

/** Someone who must know when the instance is gone. */
export interface Tenant {
  evict(): void
}

/** An instance of the module. */
export class Instance {
  readonly Engine: new () => Engine
  /** Those with something under way. Others find out when they use it next. */
  readonly tenants = new Set<Tenant>()
  hasFailed = false

  constructor(Engine: new () => Engine) {
    this.Engine = Engine
  }

  fail(): void {
    this.hasFailed = true
    for (const tenant of [...this.tenants]) tenant.evict()
  }
}

/** Starts an instance of the module, which may throw. */
export type Start = () => new () => Engine

/** What is around an instance that is to be started. */
export const surrounding = (): Glue => glue(decoder, encoder)

/** Starts one at once. */
export const startNow = (module: WebAssembly.Module): (new () => Engine) => {
  const { imports, use } = surrounding()
  return use(new WebAssembly.Instance(module, imports))
}

/** Gives the instance of now; `start` starts one when there is none, or throws. */
export const instances = (start: Start): (() => Instance) => {
  let instance: Instance | undefined
  return () => {
    if (!instance || instance.hasFailed) {
      try {
        instance = new Instance(start())
      } catch (cause) {
        // A refusal is not remembered: the next client tries again.
        throw cause instanceof LoginRocketError ? cause : notStarted(cause)
      }
    }
    return instance
  }
}
