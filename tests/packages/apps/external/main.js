import { LoginRocket, init } from '../node_modules/loginrocket-wasm/dist/external.js'
import { start } from '../shared/sign-in.js'

// It finds the file beside itself, and takes no other than the one that it was made with.
await init()
start(new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' }))
