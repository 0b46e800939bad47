// What a login token says, for display. Nothing may be decided by it here: that is the work of the app's own backend.

const LABELS = {
  given_name: 'First name',
  family_name: 'Last name',
  preferred_username: 'Username',
  locale: 'Language',
}

/** Claims, fit to be shown: the session id in `sid` can mint tokens. */
export function withoutSecrets(claims) {
  return 'sid' in claims ? { ...claims, sid: 'kss_… (a secret, not shown)' } : claims
}

// Claims are what a realm's settings and a changing service make of them: none is sure to be of the kind that it should be.

/** The claims as pairs of a readable name and the values to show, in the order in which a person asks. */
export function describeClaims(claims) {
  const { name, email, email_verified: verified, orgs, sub, rid, iss, iat, exp, sid, ...others } = claims
  const accounts = Array.isArray(orgs) ? orgs : []
  const account = accounts.find((org) => org?.selected) ?? accounts[0]
  const pairs = [
    ['Name', [name]],
    ['E-mail', [email, email && (verified === true ? 'verified' : 'not verified')]],
    ['Account', [account?.name, account?.oid]],
    ['Permissions', [Array.isArray(account?.perm) ? account.perm.join(', ') : account?.perm]],
    ['Person', [sub]],
    ['Realm', [rid]],
    ['Issuer', [iss]],
    ['Issued', [moment(iat)]],
    ['Expires', [moment(exp)]],
    ['Session', [sid && withoutSecrets({ sid }).sid]],
    ...Object.entries(others).map(([claim, value]) => [LABELS[claim] ?? claim, [show(value)]]),
  ]
  return pairs
    .map(([label, values]) => [label, values.filter((value) => typeof value === 'string' && value !== '')])
    .filter(([, values]) => values.length > 0)
}

function show(value) {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function moment(epochSeconds) {
  const date = new Date(epochSeconds * 1000)
  if (typeof epochSeconds !== 'number' || Number.isNaN(date.valueOf())) return undefined
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }).format(date)
}
