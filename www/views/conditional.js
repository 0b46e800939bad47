// A session without a token: the service wants something first that this demo has no form for. The hosted pages have.
// Whoever chooses an account here could also do so in a list of the app's own, whose ids come from its backend: see the
// signed-in view.

import { offerHosted } from '../hosted.js'
import { fill, find } from '../page.js'
import { offerSession } from './session-actions.js'

const TEXTS = {
  select_account: 'You are signed in, but you belong to more than one account, or to none, and have not chosen yet.',
}

export function showConditional(app, { next, conditions }) {
  const view = app.page.show('conditional')
  fill(view.root, {
    text: TEXTS[next] ?? 'You are signed in, but the service wants something else first.',
    conditions: conditions.join(', ') || 'something it does not name',
  })
  // The profile asks for whatever a person has to do that nobody here has heard of.
  find(view.root, '[data-hosted]').dataset.hosted = next === 'select_account' ? 'accounts' : 'profile'
  offerHosted(app, view, offerSession(app, view))
  app.page.settle()
}
