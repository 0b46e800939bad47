// The address `#/`: whoever is signed in sees the session, everyone else the sign-in form.

import { isUnknown } from '../turn.js'
import { showAddressUnverified } from './address-unverified.js'
import { showCompleteProfile } from './complete-profile.js'
import { showConditional } from './conditional.js'
import { showSecondFactor } from './second-factor.js'
import { showSignIn } from './sign-in.js'
import { showSignedIn } from './signed-in.js'
import { showStale } from './stale.js'

export function showHome(app) {
  const { snapshot } = app.session
  switch (snapshot.state) {
    case 'loading':
      return showLoading(app)
    case 'verify':
      return showSecondFactor(app)
    case 'conditional':
      return showWhatIsNext(app, snapshot)
    case 'signed_in':
      return isUnknown(snapshot) ? showStale(app) : showSignedIn(app)
    default:
      return showSignIn(app)
  }
}

function showWhatIsNext(app, snapshot) {
  switch (snapshot.next) {
    case 'complete_profile':
      return showCompleteProfile(app, snapshot)
    case 'verify_email':
      return showAddressUnverified(app, snapshot)
    default:
      return showConditional(app, snapshot)
  }
}

/** For a session of which nothing is known yet: not a moment of anything else before the service has spoken. */
export function showLoading({ page }) {
  page.show('loading')
}
