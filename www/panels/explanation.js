// What `explain()` says, for people; and as it is, for a bug report.

import { duration } from '../duration.js'
import { find } from '../page.js'

/** Shows the explanation while its panel is open, and lets it be copied. */
export function showExplanation({ session, pulse }, { root, signal }) {
  const panel = find(root, '.why')
  const list = find(panel, 'dl')
  const outcome = find(panel, '[role="status"]')
  const show = (_snapshot, explained) => panel.open && update(list, describe(explained))
  pulse.watch(signal, show)
  panel.addEventListener('toggle', () => show(session.snapshot, session.explain()), { signal })

  find(panel, 'button').addEventListener('click', async () => {
    const text = JSON.stringify(session.explain(), null, 2)
    const isCopied = await navigator.clipboard?.writeText(text).then(() => true, () => false)
    outcome.textContent = isCopied ? 'Copied. There is no secret in it.' : 'The browser does not allow that.'
  })
}

/** The explanation as pairs of a name and a text. */
function describe(explained) {
  const { storage, tabs, wait, lastRefresh: last, refreshing, skewSeconds: skew } = explained
  const { nextWakeInSeconds: wake, tokenExpiresInSeconds: left } = explained
  return [
    ['State', `${explained.state}, ${explained.freshness}`],
    ['Storage', storage.problem === undefined ? storage.kind : `${storage.kind}: ${storage.problem}`],
    ['Other tabs', `${tabs.lock ? 'lock' : 'no lock'}, ${tabs.channel ? 'channel' : 'no channel'}`],
    ['This page', `${explained.visible ? 'visible' : 'hidden'}, ${explained.online ? 'online' : 'offline'}`],
    ['Token lasts', left === undefined ? 'not known' : duration(left)],
    ['Last refresh', last === undefined ? 'none yet' : `${last.why}: ${last.code}, ${duration(last.secondsAgo)} ago`],
    ['Under way', refreshing === undefined ? 'nothing' : `a refresh, waiting for the ${refreshing}`],
    ['Wakes up', wake === undefined ? 'not by itself' : `in ${duration(wake)}`],
    ['Holds back', wait === undefined ? 'no' : `${duration(wait.seconds)}: ${wait.code}`],
    ['Requests', `${explained.requestsInLastMinute} in the last minute`],
    ['Failures in a row', String(explained.failuresInARow)],
    ['Service’s clock', skew === undefined ? 'not compared yet' : describeSkew(skew)],
    ['Listeners', String(explained.listeners)],
    ['Waiting', `${explained.waiting} for a token`],
    ['Version', explained.version],
  ]
}

function describeSkew(skew) {
  if (skew === 0) return 'as this device’s'
  return `${duration(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}`
}

// Only what has changed is written: somebody may be selecting the rest.
function update(list, pairs) {
  if (list.childElementCount === 0) {
    list.replaceChildren(...pairs.flatMap(() => [document.createElement('dt'), document.createElement('dd')]))
  }
  for (const [index, text] of pairs.flat().entries()) {
    const element = list.children[index]
    if (element.textContent !== text) element.textContent = text
  }
}
