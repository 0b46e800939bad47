// A session without a token until the person has followed the link of a mail. It goes on by itself when they are back: the
// session looks again whenever the page is shown, and this browser's other tabs tell each other.

import { offerHosted } from '../hosted.js'
import { fill } from '../page.js'
import { offerSession } from './session-actions.js'

export function showAddressUnverified(app, { conditions }) {
  const view = app.page.show('address-unverified')
  const to = app.mailedTo === '' ? 'you' : app.mailedTo
  fill(view.root, {
    text: `A mail is on its way to ${to}. Follow its link, and this page goes on by itself.`,
    conditions: conditions.join(', '),
  })
  // The API cannot send it again; the hosted profile can, and so can an app's own backend.
  offerHosted(app, view, offerSession(app, view))
  app.page.settle()
}
