// The WebAssembly instance: one for all clients of the page, and a fresh one after it failed.
//
// What an instance did before it failed is unknown, so nothing of it is used again: its clients are told, and each gets an
// engine of a fresh instance with its next call.

import { instantiate, type Engine } from './glue'

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

  constructor(module: WebAssembly.Module) {
    this.Engine = instantiate(module)
  }

  fail(): void {
    this.hasFailed = true
    for (const tenant of [...this.tenants]) tenant.evict()
  }
}

/** Gives the instance of now; `compile` gives the module when one is made, or throws. */
export const instances = (compile: () => WebAssembly.Module): (() => Instance) => {
  let instance: Instance | undefined
  return () => {
    if (!instance || instance.hasFailed) instance = new Instance(compile())
    return instance
  }
}
