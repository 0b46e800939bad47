// The second step of a sign-in. The client has its one-time token, also after a reload.

import { tell } from '../failure.js'
import { handle } from '../forms.js'
import { offerHosted } from '../hosted.js'
import { find } from '../page.js'

export function showSecondFactor(app) {
  const view = app.page.show('second-factor')
  handle(app, view, {
    // Authenticators show the digits in two groups, and people copy the gap.
    send: ({ code }, options) => app.lr.verifyLogin({ code: code.replaceAll(' ', '') }, options),
    done: (answer) => app.follow(answer),
  })
  // There it begins with the password once more: what this page holds is for the API alone.
  offerHosted(app, view, (failure) => tell(find(view.root, '.failure'), failure))
  find(view.root, '[data-action="start-again"]').addEventListener('click', async () => {
    await app.session.signOut()
    app.open('/')
  })
  app.page.settle()
}
