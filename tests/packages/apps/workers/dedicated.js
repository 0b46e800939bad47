import { signIn } from './sign-in.js'

addEventListener('message', async ({ data }) => postMessage(await signIn(data)))
