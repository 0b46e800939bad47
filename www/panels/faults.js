// The fault switch: what the service does when it is asked for a token.

import { fill, find } from '../page.js'

const EFFECTS = {
  none: 'From now on LoginRocket answers again.',
  unavailable: 'From now on LoginRocket answers 503. Refresh the token and see.',
  busy: 'From now on LoginRocket answers 429 and wants 20 seconds of peace. Refresh the token and see.',
  silent: 'From now on LoginRocket says nothing at all. Refresh the token and see.',
}

const SHARED = 'It has the same session. Sign out, sign in or switch there, and look here.'
const APART = 'It begins without this session, which is not kept for all tabs.'

/** Offers the switch and the second tab, where there is an emulator. */
export async function offerFaults({ session, emulator, settings }, { root, signal }) {
  const lab = find(root, '.lab')
  const switches = find(lab, 'fieldset')
  find(lab, '[data-action="second-tab"]').href = `${location.pathname}${location.search}#/`
  fill(lab, { sharing: settings.storage === 'local' ? SHARED : APART })

  const fault = await emulator.fault().catch(() => undefined)
  if (signal.aborted || fault === undefined) return
  switches.hidden = false
  find(switches, `[value="${fault}"]`).checked = true
  if (fault !== 'none') fill(lab, { fault: EFFECTS[fault] })

  switches.addEventListener('change', async ({ target: { value } }) => {
    const isTaken = await emulator.breakWith(value, session.snapshot.user).then(() => true, () => false)
    // The arrow keys go through all of them on the way to one.
    const isPassed = !find(switches, `[value="${value}"]`).checked
    if (signal.aborted || isPassed) return
    fill(lab, { fault: isTaken ? EFFECTS[value] : 'The emulator did not take that: is it still running?' })
  })
}
