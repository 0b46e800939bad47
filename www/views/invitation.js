// An invitation that reaches somebody who is signed in already. It is for a new account, so it has to wait until they are
// signed out; to drop it would lose what a mail has promised.

import { fill, find } from '../page.js'
import { decodeToken } from '../token.js'
import { isKnown, restore } from './home.js'
import { signOut } from './session-actions.js'

export async function showInvitation(app) {
  const { page, session } = app
  // Who is signed in, the token knows.
  if (!isKnown(session) && (await restore(app)) === 'left') return
  if (!session.open) return app.route()

  const { email } = decodeToken(session.token) ?? {}
  const who = typeof email === 'string' ? ` as ${email}` : ''
  const { root } = page.show('invitation')
  fill(root, { text: `You are signed in${who}; sign out to accept this invitation.` })
  find(root, '[data-action="sign-out"]').addEventListener('click', () => signOut(app, () => app.route()))
  page.settle()
}
