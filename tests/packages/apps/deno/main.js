// `deno run --allow-env --allow-net main.js`, with the package in node_modules.
import { LoginRocket, unwrap } from 'loginrocket-wasm'

const lr = new LoginRocket({ url: Deno.env.get('LOGINROCKET_URL') })
const [email, password] = Deno.args

const { session, token } = unwrap(await lr.login({ email, password }))
const { user } = unwrap(await lr.verifyToken(token))
console.log(user.name)
console.log((await lr.logout({ session })).result)
