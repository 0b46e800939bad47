// The accounts of a person who has several: which one the token is for, and switching to another one, in every tab. An app
// knows the accounts from its own backend; here the emulator tells them.

import { fill, find } from '../page.js'
import { isFailure } from '../failure.js'

/** Offers the switch; `tell` tells why one failed. */
export async function offerAccounts({ session, page, emulator }, { root, signal }, tell) {
  const { user } = session.snapshot
  const panel = find(root, '.accounts')
  const accounts = user === undefined ? [] : await emulator.accountsOf(user).catch(() => [])
  if (signal.aborted || accounts.length < 2) return

  const buttons = accounts.map(({ id, name }) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'quiet'
    button.textContent = `Switch to ${name}`
    button.addEventListener('click', () => switchTo({ id, name }, button))
    return { id, button }
  })
  panel.prepend(...buttons.map(({ button }) => button))
  panel.prepend(find(panel, 'p'))
  panel.hidden = false

  const leave = session.subscribe(({ account }) => {
    fill(panel, { account: account?.name ?? account?.id ?? 'none' })
    for (const { id, button } of buttons) button.hidden = id === account?.id
  })
  signal.addEventListener('abort', leave)

  async function switchTo({ id, name }, button) {
    if (button.ariaBusy === 'true') return
    button.ariaBusy = 'true'
    const answer = await session.switchAccount(id, { signal })
    if (signal.aborted) return
    button.ariaBusy = 'false'
    if (isFailure(answer)) return tell(answer)
    page.notify(`You work in ${name} now, in every tab.`)
    // The way back is where the way was.
    panel.querySelector('button:not([hidden])').focus()
  }
}
