// The page's life: visibility, the network, the back button's cache, changes of a storage area.

import { quietly } from './task.js'

// A worker has no document, and works whether anyone looks or not.
const isVisible = () => quietly(() => document.visibilityState) !== 'hidden'

export const page = {
  /** Neither a page nor a worker, which has an address. Some servers define the classes of workers. */
  isServer: () => {
    const { document, WorkerGlobalScope, location } = globalThis
    return document === undefined && (WorkerGlobalScope === undefined || location === undefined)
  },
  isVisible,
  /** Taken for online where the browser does not say. */
  isOnline: () => quietly(() => navigator.onLine) !== false,
  /** Tells of what happens: whether the page is visible, whether there is a network, which entry of the area changed. */
  watch: (area, tell) => {
    const visibility = () => tell(isVisible() ? 1 : 0)
    const watched = [
      [globalThis.document, 'visibilitychange', visibility],
      // Chromium's freezing of tabs; the end of it.
      [globalThis.document, 'resume', visibility],
      [globalThis, 'pageshow', visibility],
      [globalThis, 'offline', () => tell(2)],
      [globalThis, 'online', () => tell(3)],
    ]
    if (area) {
      const stored = ({ storageArea, key }) => storageArea === quietly(() => globalThis[area]) && tell(key)
      watched.push([globalThis, 'storage', stored])
    }
    // Whatever cannot be listened to says nothing, and nothing depends on its word alone.
    const all = (method) => watched.forEach(([target, event, heard]) => quietly(() => target[method](event, heard)))
    all('addEventListener')
    return { stop: () => all('removeEventListener') }
  },
}
