// Where the package runs: for one person, or for many at once.

import { attempt } from './guard'

/** Who a client is for: the one person at a browser, or all visitors of a server; `auto` finds out. */
export type Environment = 'auto' | 'browser' | 'server'

const isNative = (made: unknown): boolean =>
  attempt(() => Function.prototype.toString.call(made).includes('[native code]')) === true

/** A window's `document` cannot be redefined (HTML standard, LegacyUnforgeable); what imitates a DOM on a server can. */
const hasPage = (): boolean => {
  const own = attempt(() => Object.getOwnPropertyDescriptor(globalThis, 'document'))
  return own !== undefined && !own.configurable && isNative(own.get)
}

/** Some servers define the classes of workers, but no server's scope has an address. */
const isWorker = (): boolean =>
  attempt(() => {
    const { WorkerGlobalScope, location } = globalThis as unknown as Record<string, new () => object>
    return isNative(WorkerGlobalScope) && globalThis instanceof WorkerGlobalScope! && location !== undefined
  }) === true

/** Whether a client is for many people, so that there is nobody whose session it could be. */
export const isServer = (environment: unknown): boolean =>
  environment === 'server' || (environment !== 'browser' && !hasPage() && !isWorker())
