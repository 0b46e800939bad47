// What a change of the session means for what is shown. Changes that a view can take in by itself, such as a new token,
// are none of its business.

const SIGNED_OUT = {
  here: 'You are signed out.',
  elsewhere: 'You signed out in another tab.',
  expired: 'Your session has ended. Please sign in again.',
}

/** True from a sign-in until the session's end, however little is known about it at the moment. */
export function isOpen({ state }) {
  return state === 'signed_in' || state === 'conditional'
}

/** True where the service could not be asked for a token since the page was opened: what is known of the person is old. */
export function isUnknown({ state, expiresAt, freshness }) {
  return state === 'signed_in' && expiresAt === undefined && freshness !== 'fresh'
}

/** Equal for two snapshots that are shown by the same view. */
export function keyOf(snapshot) {
  const { state, user, conditions } = snapshot
  switch (state) {
    case 'signed_in':
      return isUnknown(snapshot) ? 'unknown' : `signed in ${user?.id ?? ''}`
    case 'conditional':
      return `conditional ${conditions}`
    default:
      return state
  }
}

/** What to say about a change that no form of this tab has made, if anything. `before` is what was known last, if so. */
export function describeTurn(before, now) {
  if (now.state === 'signed_out') return SIGNED_OUT[now.signOutReason]
  if (!isOpen(now) || before === undefined) return undefined
  if (!isOpen(before)) return 'You signed in in another tab.'
  return isAnother(before.user, now.user) ? 'Somebody else has signed in in another tab.' : undefined
}

function isAnother(before, now) {
  return before !== undefined && now !== undefined && before.id !== now.id
}
