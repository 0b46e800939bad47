// A session that is kept although the service could not be asked for a token since the page was opened.

import { showExplanation } from '../panels/explanation.js'
import { offerFaults } from '../panels/faults.js'
import { describeSchedule } from '../panels/schedule.js'
import { fill } from '../page.js'
import { offerSession } from './session-actions.js'

export function showStale(app) {
  const view = app.page.show('stale')
  const { root, signal } = view
  const { user } = app.session.snapshot
  fill(root, { who: user?.name === undefined ? '' : `You are ${user.name}, as far as this browser remembers.` })
  offerSession(app, view)
  offerFaults(app, view)
  showExplanation(app, view)
  app.pulse.watch(signal, (_snapshot, explained) => fill(root, { schedule: describeSchedule(explained) }))
  app.page.settle()
}
