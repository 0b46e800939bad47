// Setting a new password with the link of a mail, `#/reset?token=…`.

import { handle } from '../forms.js'
import { message } from './message.js'

export function showResetPassword(app, params) {
  const token = params.get('token')
  if (!token) {
    return message(app.page, {
      title: 'Open the link once more',
      text: 'This page needs the link from your e-mail. If you have no such mail, ask for a new link.',
      action: { text: 'Ask for a link', href: '#/forgot' },
    })
  }
  const view = app.page.show('reset-password')
  handle(app.page, view, {
    send: (values, options) => app.lr.resetPassword({ token, ...values }, options),
    done: (answer) => app.follow(answer, { notice: 'Your new password is set.' }),
  })
  app.page.settle()
}
