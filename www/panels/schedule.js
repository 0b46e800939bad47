// What the session will do by itself, and when, in a sentence.

import { duration } from '../duration.js'

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** In how many seconds the session refreshes by itself, or undefined: what it wakes up for may be something else. */
export function nextRefresh({ nextWakeInSeconds: wake, tokenExpiresInSeconds: left, refreshing }) {
  if (wake === undefined || refreshing !== undefined) return undefined
  // At the token's end it looks up in any case.
  return left > 0 && wake > left - 1 ? undefined : wake
}

/** Says what comes next, from what `explain()` gives. */
export function describeSchedule(explained) {
  const { freshness, refreshing, failuresInARow: failures, tokenExpiresInSeconds: left } = explained
  if (refreshing === 'lock') return 'Waiting for another tab that is asking already…'
  if (refreshing === 'answer') return 'Asking LoginRocket…'
  if (freshness === 'offline') return 'Goes on by itself as soon as there is a network.'
  return [describeWait(explained), describeNext(nextRefresh(explained), failures, left)].filter(Boolean).join(' ')
}

function describeWait({ wait }) {
  if (wait === undefined) return ''
  const seconds = Math.ceil(wait.seconds)
  switch (wait.code) {
    case 'rate_limited':
      return `LoginRocket asked to be left alone: nobody asks it for ${seconds} s.`
    case 'refresh_limited':
      return `Asked too often: a tab waits ${seconds} s now.`
    default:
      return `Holding back for ${seconds} s.`
  }
}

function describeNext(next, failures, left) {
  if (failures > 0) {
    return next === undefined
      ? 'Tries again by itself once the token has expired.'
      : `Tries again by itself in ${duration(next)}.`
  }
  if (next !== undefined) {
    return `Refreshes by itself in ${duration(next)}, at ${CLOCK.format(Date.now() + next * 1000)}.`
  }
  return left === undefined
    ? 'Refreshes when asked: this token does not say how long it lasts.'
    : 'Refreshes when asked: the service keeps sending this token.'
}
