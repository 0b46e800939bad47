import { LoginRocket } from 'loginrocket-wasm'
import { start } from '../shared/sign-in.js'

start(new LoginRocket({ url: process.env.LOGINROCKET_URL }))
