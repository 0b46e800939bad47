// The environment: whether one person uses the package, or many at once.

import { attempt } from './guard'
import { isNative, sourceOf } from './plain'

/** Who a client is for: the one person at a browser, or all visitors of a server; `auto` finds out. */
export type Environment = 'auto' | 'browser' | 'server'

/**
 * A getter of the platform's, which refuses a stranger. What a script makes, a bound function included, serves anybody or shows what it
 * is. Chromium writes its getters as nothing else; to have it refuse one would cost a millisecond, for the first stack of a script.
 */
const isPlatforms = (getter: unknown): boolean =>
  isNative(getter) &&
  (sourceOf(getter).startsWith('function get ') || attempt(() => ((getter as () => unknown).call({}), true)) === undefined)

/** A window's `document` cannot be redefined (HTML standard, LegacyUnforgeable); what imitates a DOM on a server can. */
const hasPage = (): boolean => {
  const own = attempt(() => Object.getOwnPropertyDescriptor(globalThis, 'document'))
  return own !== undefined && !own.configurable && isPlatforms(own.get)
}

/** Some servers define the classes of workers, but no server's scope has an address of the platform's. */
const isWorker = (): boolean =>
  attempt(() => {
    const { WorkerGlobalScope } = globalThis as unknown as Record<string, new () => object>
    const isScope = isNative(WorkerGlobalScope) && globalThis instanceof WorkerGlobalScope!
    // Wherever in the chain it is, which browsers do not agree on.
    return isScope && isPlatforms((globalThis as unknown as { __lookupGetter__(name: string): unknown }).__lookupGetter__('location'))
  }) === true

/** Whether a client is for many people, so that there is nobody whose session it could be. */
export const isServer = (environment: unknown): boolean =>
  environment === 'server' || (environment !== 'browser' && !hasPage() && !isWorker())
