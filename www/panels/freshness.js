// How current is what is shown: a word beside the heading, always, and an alert with the reason while it may be out of date.

import { find } from '../page.js'
import { tell } from '../failure.js'

const LEADS = {
  stale: 'You stay signed in, but what you see may be out of date.',
  offline: 'You are offline. You stay signed in, but what you see may be out of date.',
}

/**
 * Marks the view with the session's freshness. Gives a function that tells a failure of something that the person asked
 * for, which says more than what the session keeps of its own.
 */
export function markFreshness({ session, page, pulse }, { root, signal }) {
  const word = find(root, '.freshness')
  const alert = find(root, '.stale')
  let asked = null
  let last
  let told = ''

  const show = ({ freshness }, { lastRefresh }) => {
    if (asked !== null && (freshness !== asked.freshness || isNews(lastRefresh, asked))) asked = null
    const failure = asked?.failure ?? ownFailure(freshness, lastRefresh)
    if (last !== undefined && last !== 'fresh' && freshness === 'fresh') page.announce('Up to date again.')
    last = freshness
    word.textContent = word.dataset.freshness = freshness
    // Whatever is written there is read aloud: not once more what it says already.
    const content = JSON.stringify([freshness, failure])
    if (content !== told) fill(alert, LEADS[freshness], failure)
    told = content
  }
  pulse.watch(signal, show)

  return (failure) => {
    asked = { failure, freshness: session.snapshot.freshness, at: performance.now() }
    show(session.snapshot, session.explain())
  }
}

// A later refresh than the one that was asked for, made by the session itself.
function isNews(lastRefresh, { at }) {
  return lastRefresh !== undefined && performance.now() - lastRefresh.secondsAgo * 1000 > at + 1000
}

function ownFailure(freshness, lastRefresh) {
  if (freshness !== 'stale' || lastRefresh === undefined || lastRefresh.code === 'okay') return null
  return { code: lastRefresh.code, error: 'LoginRocket gave no new token.', errors: [] }
}

function fill(alert, lead, failure) {
  alert.replaceChildren()
  if (failure !== null) tell(alert, failure)
  if (lead !== undefined) alert.prepend(paragraph(lead))
  alert.hidden = alert.childElementCount === 0
}

function paragraph(text) {
  const element = document.createElement('p')
  const strong = document.createElement('strong')
  strong.textContent = text
  element.append(strong)
  return element
}
