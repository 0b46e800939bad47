// `bun run main.js`
import { LoginRocket, unwrap } from 'loginrocket-wasm'

const lr = new LoginRocket({ url: Bun.env.LOGINROCKET_URL })
const [email, password] = Bun.argv.slice(2)

const { session, token } = unwrap(await lr.login({ email, password }))
const { user } = unwrap(await lr.verifyToken(token))
console.log(user.name)
console.log((await lr.logout({ session })).result)
