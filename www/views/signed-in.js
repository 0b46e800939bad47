// The signed-in person: what the token says, how long it lasts, refresh and sign-out.

import { fill, find } from '../page.js'
import { countDown } from '../countdown.js'
import { decodeToken, describeClaims, withoutSecrets } from '../token.js'
import { offerSession } from './session-actions.js'

export function showSignedIn(app) {
  const view = app.page.show('signed-in')
  const { root, signal } = view
  const claims = decodeToken(app.session.token) ?? {}
  find(root, 'h1').textContent = typeof claims.name === 'string' ? `Hello, ${claims.name}` : 'Hello'
  countDown(find(root, '[data-slot="left"]'), find(root, 'progress'), claims, signal)
  listClaims(find(root, 'dl'), claims)
  fill(root, { raw: JSON.stringify(withoutSecrets(claims), null, 2) })
  offerSession(app, view)
  app.page.settle()
}

function listClaims(list, claims) {
  for (const [label, values] of describeClaims(claims)) {
    const term = document.createElement('dt')
    term.textContent = label
    list.append(term)
    for (const value of values) {
      const detail = document.createElement('dd')
      detail.textContent = value
      list.append(detail)
    }
  }
}
