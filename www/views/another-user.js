// A link with a token of somebody else than who is signed in. Anybody can make one and send it to anybody, so it takes a
// click of the person, who is asked first and told who that is.

import { fill, find } from '../page.js'
import { isFailure } from '../failure.js'
import { showRedirectFailure } from './redirect-failure.js'

export function showAnotherUser(app, { user }) {
  const { page, session } = app
  const view = page.show('another-user')
  const present = session.snapshot.user?.email
  const who = present === undefined ? 'somebody else' : present
  const other = user.email ?? user.name ?? user.id
  fill(view.root, {
    text: `The link that brought you here signs in ${other}, and you are signed in as ${who}.`,
    switch: `Go on as ${user.name ?? other}`,
  })
  find(view.root, '[data-action="switch"]').addEventListener('click', ({ currentTarget: button }) => {
    if (button.ariaBusy === 'true') return
    button.ariaBusy = 'true'
    // What changes the session here is no news to this view.
    app.run(view.signal, async () => {
      const answer = await session.adoptRedirect(undefined, { switchUser: true })
      if (view.signal.aborted) return
      if (isFailure(answer)) showRedirectFailure(app, answer)
      else app.open('/', answer.adopted ? `You are ${user.name ?? other} now, in every tab.` : undefined)
    })
  })
  page.settle()
}
