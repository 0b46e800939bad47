import { LoginRocket } from '../node_modules/loginrocket-wasm/dist/index.js'
import { start } from '../shared/sign-in.js'

start(new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' }))
