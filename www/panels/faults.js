// The fault switch: what the service does when it is asked for a token.

import { fill, find } from '../page.js'

const EFFECTS = {
  none: 'Requests for a token are answered.',
  unavailable: 'From now on LoginRocket answers 503. Refresh the token and see.',
  busy: 'From now on LoginRocket answers 429 and wants 20 seconds of peace. Refresh the token and see.',
  silent: 'From now on LoginRocket says nothing at all. Refresh the token and see.',
}

/** Offers the switch and the second tab, where there is an emulator. */
export async function offerFaults({ session, emulator, settings }, { root, signal }) {
  const lab = find(root, '.lab')
  const link = find(lab, '[data-action="second-tab"]')
  link.href = `${location.pathname}${location.search}#/`
  fill(lab, { sharing: settings.storage === 'local' ? SHARED : APART })

  const switches = find(lab, 'fieldset')
  const fault = await emulator.fault().catch(() => undefined)
  if (signal.aborted || fault === undefined) return
  switches.hidden = false
  find(switches, `[value="${fault}"]`).checked = true
  fill(lab, { fault: EFFECTS[fault] })

  switches.addEventListener('change', async ({ target: { value } }) => {
    const done = await emulator.breakWith(value, session.snapshot.user).then(() => true, () => false)
    if (signal.aborted) return
    fill(lab, { fault: done ? EFFECTS[value] : 'The emulator did not take that: is it still running?' })
  })
}

const SHARED = 'It has the same session. Sign out, sign in or switch there, and look here.'
const APART = 'It begins without this session, which is not kept for all tabs.'
