// With the module in a file of its own, which in Node is read.
import { readFile } from 'node:fs/promises'
import { LoginRocket, init, unwrap } from 'loginrocket-wasm/external'

await init(readFile(new URL(import.meta.resolve('loginrocket-wasm/loginrocket.wasm'))))

const lr = new LoginRocket({ url: process.env.LOGINROCKET_URL })
const [email, password] = process.argv.slice(2)

const { session, token } = unwrap(await lr.login({ email, password }))
const { user } = unwrap(await lr.verifyToken(token))
console.log(user.name)
console.log((await lr.logout({ session })).result)
