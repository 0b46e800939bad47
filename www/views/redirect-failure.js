// A link with a token that nobody was signed in by: too old, of another realm, or forged.

import { message } from './message.js'

const TEXTS = {
  token_expired: 'It is too old. Please sign in again.',
  not_signed_in: 'That session is over. Please sign in again.',
  keys_unavailable: 'It could not be verified, because LoginRocket did not answer. Please sign in again.',
  crypto_unavailable: 'It could not be verified, because this page is not served over https.',
}

export function showRedirectFailure({ page }, { code, message: why }) {
  message(page, {
    title: 'That link did not sign you in',
    text: TEXTS[code] ?? 'It cannot be trusted: it is not from LoginRocket, or not for this app.',
    fine: `${code}: ${why}`,
    action: { text: 'Continue', href: '#/' },
  })
}
