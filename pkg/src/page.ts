// The page's life: visibility, the network, the back button's cache, changes of a storage area.

import { attempt, global } from './guard'
import type { Place } from './storage'

type Listener = (event: Event) => void
type Listened = readonly [target: EventTarget | undefined, event: string, listener: Listener]

const scope = () => globalThis as unknown as EventTarget

/** Listens; gives what ends that. What cannot be listened to says nothing, and nothing depends on its word alone. */
const listen = (all: readonly Listened[]): (() => void) => {
  const each = (method: 'addEventListener' | 'removeEventListener') => {
    for (const [target, event, listener] of all) attempt(() => target![method](event, listener))
  }
  each('addEventListener')
  return () => each('removeEventListener')
}

/**
 * Begins something that ends when the page is put aside for the back button, which it would keep from that, and begins again
 * when the page is back; gives what ends it for good.
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

/** Tells of how things are, and of what happens; gives what ends that. */
export const watchPage = (place: Place, watcher: Watcher): (() => void) => {
  // A worker has no document, and works whether anyone looks or not.
  const visibility = () => watcher.visible(global('document', 'visibilityState') !== 'hidden')
  const page = global('document')
  const watched: Listened[] = [
    [page, 'visibilitychange', visibility],
    // Chromium's freezing of tabs; the end of it.
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
  // Taken for online where the browser does not say.
  watcher.online(global('navigator', 'onLine') !== false)
  visibility()
  return stop
}

/** Puts another address in the place of the page's own; one that cannot be changed, such as a sandboxed one's, stays. */
export const replaceUrl = (url: string): void => {
  attempt(() => history.replaceState(history.state, '', url))
}

/** Leaves for another page, where there is a page. */
export const navigate = (url: string): void => {
  attempt(() => location.assign(url))
}

/** The page's own address, where it has one. */
export const address = (): string | undefined => global('location', 'href')
