// The session in React. The third argument is for pages that are rendered on a server: there it stays unknown, and
// React wants the page to begin as the server left it.
import { useSyncExternalStore } from 'react'
import { lr } from '../client.js'

const unknown = { state: 'loading', freshness: 'fresh' }

export function useSession() {
  return useSyncExternalStore(
    lr.session.subscribe,
    () => lr.session.snapshot,
    () => unknown,
  )
}
