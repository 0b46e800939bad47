// The second step of a sign-in. It has no address of its own: its one-time token lives in this view alone.

import { tell } from '../failure.js'
import { handle } from '../forms.js'
import { offerHosted } from '../hosted.js'
import { find } from '../page.js'

export function showSecondFactor(app, token) {
  const view = app.page.show('second-factor')
  handle(app, view, {
    // Authenticators show the digits in two groups, and people copy the gap.
    send: ({ code }, options) => app.lr.verifyLogin({ token, code: code.replaceAll(' ', '') }, options),
    done: (answer) => app.follow(answer),
  })
  // There it begins with the password once more: what this page holds is for the API alone.
  offerHosted(app, view, (failure) => tell(find(view.root, '.failure'), failure))
  app.page.settle()
}
