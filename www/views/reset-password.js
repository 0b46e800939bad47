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
  handle(app, view, {
    send: async (values, options) => {
      const replaced = await sessionId(app)
      const answer = await app.lr.resetPassword({ token, ...values }, options)
      // Somebody else may have been signed in here, and that session must not live on, known to nobody.
      const isReplaced = answer.session !== undefined && answer.session !== replaced
      if (replaced !== undefined && isReplaced) app.lr.logout({ session: replaced })
      return answer
    },
    done: (answer) => app.follow(answer, { notice: 'Your new password is set.' }),
  })
  app.page.settle()
}

// The token names its session (protocol.md#sample-payload); nobody waits for one that cannot be had.
async function sessionId({ lr, session }) {
  const { token } = await session.token({ minValiditySeconds: 0, timeoutMs: 1000 })
  return token === undefined ? undefined : lr.decodeToken(token).session?.id
}
