// A session without a token: the service wants something first that this demo has no form for. The hosted pages have.

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
  // Only where it is known which page clears the condition; else there is nothing to do but to look again.
  const isOffered = next === 'select_account'
  find(view.root, '[data-hosted]').hidden = !isOffered
  find(view.root, '[data-action="refresh"]').classList.toggle('secondary', isOffered)
  offerHosted(app, view, offerSession(app, view))
  app.page.settle()
}
