// Confirming an address with the link of a mail, `#/verify-email?token=…`. It takes a click, because mail scanners open
// links too.

import { handle } from '../forms.js'
import { isOpen } from '../turn.js'
import { message } from './message.js'

export function showVerifyEmail(app, params) {
  const token = params.get('token')
  if (!token) {
    return message(app.page, {
      title: 'Open the link once more',
      text: 'This page needs the link from your e-mail.',
      action: { text: 'Continue', href: '#/' },
    })
  }
  const view = app.page.show('verify-email')
  handle(app, view, {
    send: (_values, options) => app.lr.verifyEmail({ token }, options),
    done: () =>
      message(app.page, {
        title: 'E-mail confirmed',
        text: isOpen(app.session.snapshot) ? 'Thank you. Your session knows it, too.' : 'Thank you. You can sign in now.',
        action: { text: 'Continue', href: '#/' },
      }),
  })
  app.page.settle()
}
