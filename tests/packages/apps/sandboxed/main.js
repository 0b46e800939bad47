// In a frame with `sandbox="allow-scripts"` there is no storage, and no origin that a realm could admit. So the page
// around it sends the calls, and is told what became of them.
import { LoginRocket } from '../node_modules/loginrocket-wasm/dist/index.js'

const url = 'https://SAMPLE.e2.loginrocket.com/'
const alone = new LoginRocket({ url })
const lr = new LoginRocket({ url, storage: 'local', fetch: byPage })

async function byPage(address, { method, headers, body }) {
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)))
  parent.postMessage({ send: [address, { method, headers: [...headers], body }] }, '*', [port2])
  const { text, status, type } = await answer
  return new Response(text, { status, headers: { 'Content-Type': type } })
}

addEventListener('message', async ({ data: { email, password } }) => {
  const { code } = await alone.login({ email, password })
  const { next } = await lr.login({ email, password })
  const { state, user } = lr.session.snapshot
  parent.postMessage({ told: { origin, code, next, state, name: user?.name, storage: lr.session.explain().storage } }, '*')
})
parent.postMessage({ ready: true }, '*')
