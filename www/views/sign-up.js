// The sign-up form. A mailed invitation arrives here as `#/signup?invitation=…`.

import { handle } from '../forms.js'
import { isOpen } from '../turn.js'
import { showLoading } from './home.js'
import { showInvitation } from './invitation.js'

export function showSignUp(app, params) {
  const invitation = params.get('invitation')
  const { snapshot } = app.session
  if (snapshot.state === 'loading') return showLoading(app)
  if (isOpen(snapshot)) return invitation === null ? app.open('/') : showInvitation(app)
  const view = app.page.show('sign-up')
  handle(app, view, {
    send: (values, options) => app.lr.signup(invitation === null ? values : { ...values, invitation }, options),
    done: (answer, { email }) => app.follow(answer, { email }),
  })
  app.page.settle()
}
