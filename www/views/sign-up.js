// The sign-up form. A mailed invitation arrives here as `#/signup?invitation=…`.

import { handle } from '../forms.js'
import { showInvitation } from './invitation.js'

export function showSignUp(app, params) {
  const invitation = params.get('invitation')
  if (app.session.open) return invitation === null ? app.open('/') : showInvitation(app)
  const view = app.page.show('sign-up')
  handle(app.page, view, {
    send: (values, options) => app.lr.signup(invitation === null ? values : { ...values, invitation }, options),
    done: (answer, { email }) => app.follow(answer, { email }),
  })
  app.page.settle()
}
