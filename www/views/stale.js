// A session that is kept although the service could not be asked for a token since the reload.

import { offerSession } from './session-actions.js'

export function showStale(app) {
  const view = app.page.show('stale')
  offerSession(app, view)
  app.page.settle()
}
