import { signIn } from './sign-in.js'

addEventListener('message', (event) => {
  event.waitUntil(signIn(event.data).then((name) => event.source.postMessage(name)))
})
