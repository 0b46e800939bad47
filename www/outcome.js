// What follows from a login-like answer. The only place that switches on the `next` of a fresh one.

import { showMailSent } from './views/mail-sent.js'
import { showSecondFactor } from './views/second-factor.js'
import { message } from './views/message.js'

/**
 * Goes on from an answer that is not a failure. `email` is whom a mail would have gone to,
 * `notice` what to say once the person is signed in.
 */
export function follow(app, answer, { email, notice }) {
  if (answer.session !== undefined) app.identifier = ''
  switch (answer.next) {
    case 'verify':
      return showSecondFactor(app, answer.token)
    case 'done':
    case 'select_account':
    case 'complete_profile':
      app.session.adopt(answer)
      return app.open('/', notice)
    default:
      // Accepted without signing anyone in, such as a signup that verifies the e-mail first, or a condition that this
      // version of the page has never heard of.
      if (answer.session !== undefined) {
        app.session.adopt(answer)
        return app.open('/', notice)
      }
      if (email !== undefined) return showMailSent(app, `One more step: follow the link that is on its way to ${email}.`)
      return message(app.page, {
        title: 'Done',
        text: 'The service accepted that, but did not sign you in.',
        action: { text: 'Continue', href: '#/' },
      })
  }
}
