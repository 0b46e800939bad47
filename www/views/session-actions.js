// Refresh and sign-out, the same wherever a session is shown, and the mark that what is shown may be stale.

import { find } from '../page.js'
import { isFailure, tell } from '../failure.js'

/** Told wherever the service's refusal ends a session. */
export const SESSION_ENDED = 'Your session has ended. Please sign in again.'

const NOTICES = {
  renewed: 'The service answered with a new token.',
  ended: SESSION_ENDED,
}

export function offerSession(app, { root, signal }) {
  const { page, session } = app
  const stale = find(root, '.stale')
  const actions = find(root, '.actions')
  if (session.failure !== null) tellStale(stale, session.failure)

  find(actions, '[data-action="refresh"]').addEventListener('click', async ({ currentTarget: button }) => {
    const before = session.token
    button.disabled = true
    button.ariaBusy = 'true'
    page.announce('Asking for a new token…')
    const outcome = await session.refresh({ signal })
    if (signal.aborted) return
    app.open('/', NOTICES[outcome])
    if (outcome === 'renewed' && session.token !== null && session.token === before) {
      page.notify('The service sent the same token again.')
    }
    // Whoever refreshes may want to do it again: the view is new, the place in it stays.
    root.querySelector('[data-action="refresh"]')?.focus()
  })

  find(actions, '[data-action="sign-out"]').addEventListener('click', () =>
    signOut(app, () => app.open('/', 'You are signed out.')),
  )
}

/** Signs out: `leave` goes on at once, for nothing that the service answers can keep the person signed in here. */
export async function signOut({ session, page }, leave) {
  const told = session.signOut()
  leave()
  const answer = await told
  // Access denied means that the session had ended already.
  if (isFailure(answer) && answer.code !== 'access_denied' && !session.open) {
    page.notify('You are signed out here, but the service could not be told: it ends the session when its time is up.')
  }
}

function tellStale(element, failure) {
  const lead = document.createElement('p')
  const strong = document.createElement('strong')
  strong.textContent = 'You stay signed in, but what you see may be out of date.'
  lead.append(strong)
  tell(element, failure)
  element.prepend(lead)
}
