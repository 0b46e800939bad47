// The realm's own pages, which can do what this one has a form for, and what it has none for. They send the browser back
// with a token in its address, which the session takes over when the page is loaded.

import { isFailure } from './failure.js'

/**
 * Has the buttons of a view that name a hosted page leave for it; the session goes along to the pages that take one, so
 * that nobody signs in twice. `tell` gets the failure of one that could not be left for.
 */
export function offerHosted({ lr, page }, { root, signal }, tell) {
  for (const button of root.querySelectorAll('[data-hosted]')) {
    button.addEventListener('click', async () => {
      if (button.ariaBusy === 'true') return
      button.ariaBusy = 'true'
      page.announce('Leaving for the hosted page…')
      // Back to where the person is now. One-time tokens of mails do not stay in the address bar, so none goes along.
      const { hosted, force } = button.dataset
      const choice = force === undefined ? {} : { force: true }
      const answer = await lr.hosted.open(hosted, { redirectUri: location.href, ...choice })
      // The browser is on its way, and may bring this page back as it was left.
      button.ariaBusy = 'false'
      page.announce('')
      if (isFailure(answer) && !signal.aborted) tell(answer)
    })
  }
}

/** What to say of what a redirect brought, if anything. */
export function describeReturn(answer) {
  return answer.adopted ? 'You are back from the hosted page, signed in.' : undefined
}
