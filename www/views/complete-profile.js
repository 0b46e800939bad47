// A session without a token, because the profile lacks something. The service does not say what: the form asks for what
// a realm can require, and the hosted page knows.

import { offerHosted } from '../hosted.js'
import { handle } from '../forms.js'
import { fill } from '../page.js'
import { offerSession } from './session-actions.js'

export function showCompleteProfile(app, { conditions }) {
  const view = app.page.show('complete-profile')
  fill(view.root, { conditions: conditions.join(', ') })
  handle(app, view, {
    send: (values, options) => app.lr.updateProfile(values, options),
    done: (answer) => app.follow(answer, { notice: noticeOf(answer) }),
  })
  offerHosted(app, view, offerSession(app, view))
  app.page.settle()
}

const noticeOf = ({ next }) => (next === 'done' ? 'Your profile is complete.' : 'The service still asks for the same.')
