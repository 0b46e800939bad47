// What every kind of worker here does: sign a person in, and say who that is.
import { LoginRocket, unwrap } from '../node_modules/loginrocket-wasm/dist/index.js'

const lr = new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' })

export async function signIn({ email, password }) {
  const { token } = unwrap(await lr.login({ email, password }))
  const { user } = unwrap(await lr.verifyToken(token))
  // On a server it would be nobody's.
  const { state } = lr.session.snapshot
  return state === 'signed_in' ? user.name : `the session is ${state}`
}
