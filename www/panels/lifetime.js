// How long the token still lasts, by the service's clock as far as the session knows it, and when the session replaces it.

import { duration } from '../duration.js'
import { fill, find } from '../page.js'
import { describeSchedule, nextRefresh } from './schedule.js'

/** Keeps the countdown, its bar and the sentence below up to date. Gives a function to tell what the token says. */
export function showLifetime({ session, pulse }, { root, signal }) {
  const bar = find(root, '.lifetime .bar')
  const progress = find(bar, 'progress')
  const mark = find(bar, 'span')
  let whole

  const show = (_snapshot, explained) => {
    const { tokenExpiresInSeconds: left } = explained
    fill(root, { left: describeLeft(left), schedule: describeSchedule(explained) })
    bar.hidden = left === undefined || whole === undefined
    if (bar.hidden) return
    progress.value = Math.min(1, left / whole)
    const next = nextRefresh(explained)
    mark.hidden = next === undefined || next > left
    mark.style.insetInlineStart = `${(100 * Math.max(0, left - next)) / whole}%`
  }
  pulse.watch(signal, show)
  return ({ iat, exp }) => {
    whole = Number.isFinite(iat) && exp > iat ? exp - iat : undefined
    show(session.snapshot, session.explain())
  }
}

function describeLeft(left) {
  if (left === undefined) return 'unknown'
  return left > 0 ? duration(left) : 'expired'
}
