// The environment: whether one person uses the package, or many at once.

import { attempt } from './guard'
import { isNative, sourceOf } from './plain'

/** Who uses a client: one person in a browser, or all visitors of a server. `auto` finds out which. */
export type Environment = 'auto' | 'browser' | 'server'

/**
 * Whether a getter is the platform's own. Such a getter throws if `this` is a foreign object. A getter that a script made works with
 * any `this`, as a bound function does, or shows its source. In Chromium the source alone tells: it shows only its own getters as
 * `function get …`. So Chromium need not throw here, which would cost a millisecond, for the first stack of a script.
 */
const isPlatforms = (getter: unknown): boolean =>
  isNative(getter) &&
  (sourceOf(getter).startsWith('function get ') || attempt(() => ((getter as () => unknown).call({}), true)) === undefined)

/** A browser's `document` cannot be redefined (HTML standard, LegacyUnforgeable). That of an imitated DOM on a server can. */
const hasPage = (): boolean => {
  const own = attempt(() => Object.getOwnPropertyDescriptor(globalThis, 'document'))
  return own !== undefined && !own.configurable && isPlatforms(own.get)
}

/** Some server runtimes define the classes of workers too, but none of them has a native getter of `location`. */
const isWorker = (): boolean =>
  attempt(() => {
    const { WorkerGlobalScope } = globalThis as unknown as Record<string, new () => object>
    const isScope = isNative(WorkerGlobalScope) && globalThis instanceof WorkerGlobalScope!
    // This finds the getter anywhere in the prototype chain. Browsers have it at different places.
    return isScope && isPlatforms((globalThis as unknown as { __lookupGetter__(name: string): unknown }).__lookupGetter__('location'))
  }) === true

/** Whether a client serves many people, so that its session belongs to nobody. */
export const isServer = (environment: unknown): boolean =>
  environment === 'server' || (environment !== 'browser' && !hasPage() && !isWorker())
