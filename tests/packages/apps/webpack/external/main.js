// webpack finds the file by itself: it knows `new URL('…', import.meta.url)`.
import { LoginRocket, init } from 'loginrocket-wasm/external'
import { start } from '../../shared/sign-in.js'

await init()
start(new LoginRocket({ url: process.env.LOGINROCKET_URL }))
