// The address `#/`: whoever is signed in sees the session, everyone else the sign-in form.

import { SESSION_ENDED } from './session-actions.js'
import { showConditional } from './conditional.js'
import { showSignIn } from './sign-in.js'
import { showSignedIn } from './signed-in.js'
import { showStale } from './stale.js'

export async function showHome(app) {
  const { session, page } = app
  if (session.open && session.next === undefined && session.failure === null) {
    // After a reload the id is all that is known. Not a moment of the sign-in form before the service has spoken.
    const { signal } = page.show('loading')
    const outcome = await session.refresh({ signal })
    if (signal.aborted) return
    showSession(app)
    if (outcome === 'ended') page.notify(SESSION_ENDED)
  } else {
    showSession(app)
  }
}

function showSession(app) {
  const { session } = app
  if (!session.open) return showSignIn(app)
  switch (session.next) {
    case undefined:
      return showStale(app)
    case 'done':
      return showSignedIn(app)
    default:
      return showConditional(app)
  }
}
