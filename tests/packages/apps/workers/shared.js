import { signIn } from './sign-in.js'

addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = async ({ data }) => port.postMessage(await signIn(data))
})
