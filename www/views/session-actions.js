// Refresh and sign-out, the same wherever a session is shown, and the mark that what is shown may be out of date.

import { find } from '../page.js'
import { isFailure } from '../failure.js'
import { markFreshness } from '../panels/freshness.js'

/** Fills in what a view with a session has of this; gives a function that tells a failure of something else there. */
export function offerSession(app, { root, signal }) {
  const { page, session } = app
  const actions = find(root, '.actions')
  const tell = markFreshness(app, { root, signal })

  find(actions, '[data-action="refresh"]').addEventListener('click', async ({ currentTarget: button }) => {
    // Disabled it would lose the focus.
    if (button.ariaBusy === 'true') return
    button.ariaBusy = 'true'
    page.announce('Asking for a new token…')
    const { expiresAt } = session.snapshot
    const answer = await session.refresh({ signal })
    if (signal.aborted) return
    button.ariaBusy = 'false'
    page.announce('')
    if (answer.code === 'no_token') page.notify('The service still asks for the same.')
    else if (isFailure(answer)) tell(answer)
    else page.notify(isSame(answer, expiresAt) ? SAME : RENEWED)
  })

  find(actions, '[data-action="sign-out"]').addEventListener('click', () => signOut(app))
  return tell
}

const RENEWED = 'The service answered with a new token.'
const SAME = 'The service sent the same token again.'

// Two tokens of one second expire in the same one, too.
function isSame(grant, expiresAt) {
  return expiresAt !== undefined && grant.expiresAt === expiresAt
}

/** Signs out. The page goes on at once: nothing that the service answers can keep the person signed in here. */
export async function signOut({ session, page }) {
  const answer = await session.signOut()
  const isOver = session.snapshot.state === 'signed_out'
  // Access denied means that the session had ended already.
  if (isFailure(answer) && answer.code !== 'access_denied' && isOver) {
    page.notify('You are signed out here, but the service could not be told: it ends the session when its time is up.')
  }
}
