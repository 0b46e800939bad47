// What follows from a login-like answer. The only place that switches on the `next` of a fresh one; the session knows it by
// then.

import { showMailSent } from './views/mail-sent.js'
import { showSecondFactor } from './views/second-factor.js'
import { message } from './views/message.js'

/**
 * Goes on from an answer that is not a failure. `email` is whom a mail would have gone to,
 * `notice` what to say once the person is signed in.
 */
export function follow(app, answer, { email, notice }) {
  if (answer.next === 'verify') return showSecondFactor(app)
  if (answer.session !== undefined) {
    app.identifier = ''
    app.mailedTo = email ?? ''
    return app.open('/', notice)
  }
  if (answer.next === 'verify_email') return showMailSent(app, `One more step: follow the link that is on its way to ${email}.`)
  return message(app.page, {
    title: 'Done',
    text: 'The service accepted that, but did not sign you in.',
    action: { text: 'Continue', href: '#/' },
  })
}
