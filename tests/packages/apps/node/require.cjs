// The same from CommonJS.
const { LoginRocket, unwrap } = require('loginrocket-wasm')

const lr = new LoginRocket({ url: process.env.LOGINROCKET_URL })
const [email, password] = process.argv.slice(2)

async function main() {
  const { session, token } = unwrap(await lr.login({ email, password }))
  const { user } = unwrap(await lr.verifyToken(token))
  console.log(user.name)
  console.log((await lr.logout({ session })).result)
}

main()
