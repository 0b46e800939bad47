// The page: its visibility, the network, the back/forward cache, changes of a storage area, and its address.

import { attempt, global } from './guard'
import type { Place } from './storage'

type Listener = (event: Event) => void
type Listened = readonly [target: EventTarget | undefined, event: string, listener: Listener]

const scope = () => globalThis as unknown as EventTarget

/** Adds listeners, and returns a function that removes them. A target that is missing is skipped: nothing depends on one event alone. */
const listen = (all: readonly Listened[]): (() => void) => {
  const each = (method: 'addEventListener' | 'removeEventListener') => {
    for (const [target, event, listener] of all) attempt(() => target![method](event, listener))
  }
  each('addEventListener')
  return () => each('removeEventListener')
}

/**
 * Begins something that would keep the page out of the back/forward cache. It ends when the page may go into that cache, and
 * begins again when the page is back. Returns a function that ends it for good.
 */
export const onLeaving = (begin: () => () => void): (() => void) => {
  let end = attempt(begin)
  const leave = () => {
    end?.()
    end = undefined
  }
  const stop = listen([
    [scope(), 'pagehide', leave],
    [scope(), 'pageshow', () => (end ??= attempt(begin))],
  ])
  return () => {
    stop()
    leave()
  }
}

export interface Watcher {
  visible(isVisible: boolean): void
  online(isOnline: boolean): void
  stored(key: string | null): void
}

/** Reports the present state and every change to a watcher. Returns a function that stops this. */
export const watchPage = (place: Place, watcher: Watcher): (() => void) => {
  // A worker has no document. It works whether a page is visible or not, so it counts as visible.
  const visibility = () => watcher.visible(global('document', 'visibilityState') !== 'hidden')
  const page = global('document')
  const watched: Listened[] = [
    [page, 'visibilitychange', visibility],
    // Chromium fires this when it unfreezes a tab.
    [page, 'resume', visibility],
    [scope(), 'pageshow', visibility],
    [scope(), 'offline', () => watcher.online(false)],
    [scope(), 'online', () => watcher.online(true)],
  ]
  if (typeof place === 'string') {
    const stored: Listener = (event) => {
      const { storageArea, key } = event as StorageEvent
      if (storageArea === global(place)) watcher.stored(key)
    }
    watched.push([scope(), 'storage', stored])
  }
  const stop = listen(watched)
  // If the browser does not say, the page counts as online.
  watcher.online(global('navigator', 'onLine') !== false)
  visibility()
  return stop
}

/** Replaces the page's address. An address that cannot be changed, such as that of a sandboxed page, stays. */
export const replaceUrl = (url: string): void => {
  attempt(() => history.replaceState(history.state, '', url))
}

/** Leaves for another page, if there is a page to leave. */
export const navigate = (url: string): void => {
  attempt(() => location.assign(url))
}

/** The page's own address, if there is one. */
export const address = (): string | undefined => global('location', 'href')
