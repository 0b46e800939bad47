// An invitation that reaches somebody who is signed in already. It is for a new account, so it has to wait until they are
// signed out; to drop it would lose what a mail has promised.

import { fill, find } from '../page.js'
import { signOut } from './session-actions.js'

export function showInvitation(app) {
  const { page, session } = app
  const email = session.snapshot.user?.email
  const who = email === undefined ? '' : ` as ${email}`
  const { root } = page.show('invitation')
  fill(root, { text: `You are signed in${who}; sign out to accept this invitation.` })
  find(root, '[data-action="sign-out"]').addEventListener('click', () => signOut(app))
  page.settle()
}
