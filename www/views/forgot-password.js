// Asking for the mail with the link to a new password.

import { carry, handle } from '../forms.js'
import { find } from '../page.js'
import { showMailSent } from './mail-sent.js'

export function showForgotPassword(app) {
  const view = app.page.show('forgot-password')
  handle(app, view, {
    send: (values, options) => app.lr.forgotPassword(values, options),
    // The service does not tell whether there is such a person, and neither does the page.
    done: (_answer, { email }) =>
      showMailSent(app, `If there is an account for ${email}, a link to set a new password is on its way.`),
  })
  carry(app, find(view.root, '[name="email"]'))
  app.page.settle()
}
