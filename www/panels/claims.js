// What the token says, and whether that can be believed. It is asked for whenever there is a new one, as an app does for
// its own backend.

import { fill, find } from '../page.js'
import { describeClaims, withoutSecrets } from '../token.js'

/** Shows the claims and keeps them up to date; `tell` is told them, too. */
export function showClaims({ lr, session }, { root, signal }, tell) {
  let shown
  const read = async (snapshot) => {
    // Whoever only looks does not make the session ask for another one.
    if (snapshot.state !== 'signed_in' || session.explain().tokenExpiresInSeconds === 0) return
    const grant = await session.token({ minValiditySeconds: 0, signal })
    if (signal.aborted || grant.token === undefined || grant.token === shown) return
    shown = grant.token
    // The untrusted twin gives what there is to read; of a token that cannot be read, nothing.
    const { claims = {} } = lr.decodeToken(grant.token)
    list(find(root, '.claims dl'), claims)
    fill(root, { raw: JSON.stringify(withoutSecrets(claims), null, 2) })
    tell(claims)
    const { code } = await lr.verifyToken(grant.token)
    // A newer one may have come meanwhile, with a verdict of its own.
    if (!signal.aborted && grant.token === shown) judge(find(root, '.verdict'), code)
  }
  const leave = session.subscribe(read)
  signal.addEventListener('abort', leave)
}

function judge(element, code) {
  element.dataset.verdict = code ?? 'okay'
  element.textContent = code === undefined ? 'verified' : `not verified: ${code}`
}

function list(element, claims) {
  const entries = describeClaims(claims).flatMap(([label, values]) => [
    entry('dt', label),
    ...values.map((value) => entry('dd', value)),
  ])
  element.replaceChildren(...entries)
}

function entry(tag, text) {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}
