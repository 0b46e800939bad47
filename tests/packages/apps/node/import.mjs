// A program of its own in Node: `node import.mjs`. Without a page there is no `lr.session` to keep: calls give it.
import { LoginRocket, unwrap } from 'loginrocket-wasm'

const lr = new LoginRocket({ url: process.env.LOGINROCKET_URL })
const [email, password] = process.argv.slice(2)

const { session, token } = unwrap(await lr.login({ email, password }))
const { user } = unwrap(await lr.verifyToken(token))
console.log(user.name)
console.log((await lr.logout({ session })).result)
