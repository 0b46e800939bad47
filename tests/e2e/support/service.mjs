// Answers that a test puts into the service's mouth, for what the service cannot be made to say or not to say.

/** Answers every call that a pattern matches. */
export function answerWith(page, pattern, status, body, headers = {}) {
  return page.route(pattern, (route) => answer(route, status, body, headers))
}

/** Answers one call as the service does, to a page of another origin. */
export function answer(route, status, body, headers = {}) {
  return route.fulfill({
    status,
    contentType: 'application/json',
    headers: { 'access-control-allow-origin': '*', ...headers },
    body: JSON.stringify(body),
  })
}

/** Holds every call that a pattern matches, until `release` lets all go on to the service. */
export async function hold(page, pattern) {
  const held = []
  let caught
  const first = new Promise((resolve) => {
    caught = resolve
  })
  await page.route(pattern, (route) => {
    held.push(route)
    caught()
  })
  return {
    /** Resolves when the first call has arrived. */
    first,
    /** How many calls have arrived. */
    count: () => held.length,
    release: () => Promise.all(held.map((route) => route.continue())),
  }
}

/** A token that can be read and that no one would accept. */
export function sampleToken(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const iat = Math.floor(Date.now() / 1000)
  return [part({ alg: 'RS256', kid: 'jky_sample123456' }), part({ iat, exp: iat + 3600, ...claims }), 'c2lnbmF0dXJl'].join('.')
}

export const SESSION = '**/v2/session*'
export const LOGIN = '**/v2/login'
export const VERIFY_LOGIN = '**/v2/login/verify'
