// The signed-in person: how long the token lasts and what becomes of it, what it says, and what one can do to the session.

import { offerHosted } from '../hosted.js'
import { find } from '../page.js'
import { offerAccounts } from '../panels/accounts.js'
import { showClaims } from '../panels/claims.js'
import { showExplanation } from '../panels/explanation.js'
import { offerFaults } from '../panels/faults.js'
import { showLifetime } from '../panels/lifetime.js'
import { offerSession } from './session-actions.js'

export function showSignedIn(app) {
  const view = app.page.show('signed-in')
  const { user } = app.session.snapshot
  find(view.root, 'h1').textContent = user?.name === undefined ? 'Hello' : `Hello, ${user.name}`
  const tell = offerSession(app, view)
  offerAccounts(app, view, tell)
  offerHosted(app, view, tell)
  showClaims(app, view, showLifetime(app, view))
  offerFaults(app, view)
  showExplanation(app, view)
  app.page.settle()
}
