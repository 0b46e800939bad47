// The address `#/`: whoever is signed in sees the session, everyone else the sign-in form.

import { SESSION_ENDED } from './session-actions.js'
import { showConditional } from './conditional.js'
import { showSignIn } from './sign-in.js'
import { showSignedIn } from './signed-in.js'
import { showStale } from './stale.js'

export async function showHome(app) {
  // What is known is shown at once: whoever opened this address may have a notice to put above it.
  const outcome = isKnown(app.session) ? 'known' : await restore(app)
  if (outcome === 'left') return
  showSession(app)
  if (outcome === 'ended') app.page.notify(SESSION_ENDED)
}

/** False after a reload, which leaves a session's id alone, until the service was asked about it. */
export function isKnown(session) {
  return !session.open || session.next !== undefined || session.failure !== null
}

/**
 * Asks the service about a session that is not known; not a moment of anything else before it has spoken. Gives what
 * `Session.refresh` does, or `'left'` if the person went elsewhere meanwhile.
 */
export async function restore({ session, page }) {
  const { signal } = page.show('loading')
  const outcome = await session.refresh({ signal })
  return signal.aborted ? 'left' : outcome
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
