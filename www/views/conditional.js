// A session without a token: the service wants something first that this demo has no form for.

import { fill } from '../page.js'
import { offerSession } from './session-actions.js'

const TEXTS = {
  select_account: 'You are signed in, but you belong to more than one account, or to none, and have not chosen yet.',
  complete_profile: 'You are signed in, but your profile lacks something that this realm requires.',
}

export function showConditional(app, { next, conditions }) {
  const view = app.page.show('conditional')
  fill(view.root, {
    text: TEXTS[next] ?? 'You are signed in, but the service wants something else first.',
    conditions: conditions.join(', ') || 'something it does not name',
  })
  offerSession(app, view)
  app.page.settle()
}
