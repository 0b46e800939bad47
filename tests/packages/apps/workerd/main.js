// A worker as it is deployed. Nothing can be compiled in there, so `loginrocket-wasm/external` is given the module, which was
// compiled with the worker. The whole package can be imported and its clients made, as by pages that are rendered there.
import { LoginRocket as Whole } from 'loginrocket-wasm'
import { LoginRocket, init, unwrap } from 'loginrocket-wasm/external'
import module from 'loginrocket-wasm/loginrocket.wasm'

await init(module)

export default {
  async fetch(request, { LOGINROCKET_URL: url }) {
    if (request.method === 'GET') {
      const clients = [new Whole({ url }), new LoginRocket({ url })]
      const told = await new Whole({ url }).login({})
      return new Response(`${clients.map(({ session }) => session.snapshot.state).join(' ')}\n${told.code}: ${told.message}\n`)
    }
    const lr = new LoginRocket({ url })
    const { session, token } = unwrap(await lr.login(await request.formData()))
    const { user } = unwrap(await lr.verifyToken(token))
    const { result } = await lr.logout({ session })
    return new Response(`${user.name}\n${result}\n`)
  },
}
