// The WebAssembly instance: one for all clients of the page, and a fresh one after a trap.
//
// It is unknown what an instance did before it failed, so nothing of it is used again. Its clients are told, and each
// gets an engine of a fresh instance with its next call.

import { LoginRocketError, notStarted } from './errors'
import { glue } from './glue'
import { decoder, encoder } from './utf8'

/** The engine of `src/bindings.rs`. */
export interface Engine {
  /** The first call takes the options and opens the engine. Each later call takes one input. Returns the effects to perform, as JSON. */
  handle(monoMs: number, wall: number, list: string, beside?: string): string
  free(): void
}

/** The glue of one instance of the module. The instance is started with `imports`; `use` then returns its class `Engine`. */
export interface Glue {
  imports: WebAssembly.Imports
  use(instance: WebAssembly.Instance): new () => Engine
}

/** A host that must know when the instance is gone. */
export interface Tenant {
  evict(): void
}

/** An instance of the module. */
export class Instance {
  readonly Engine: new () => Engine
  /** Hosts that have something under way. The others find out at their next use of the instance. */
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

/** Starts an instance of the module. May throw. */
export type Start = () => new () => Engine

/** The glue of an instance that is to be started. */
export const surrounding = (): Glue => glue(decoder, encoder)

/** Starts an instance synchronously. */
export const startNow = (module: WebAssembly.Module): (new () => Engine) => {
  const { imports, use } = surrounding()
  return use(new WebAssembly.Instance(module, imports))
}

/** Returns a function that gives the current instance. It starts one if there is none or the last one failed. */
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
