// `?url` tells Vite to serve a file and to say where.
import wasm from 'loginrocket-wasm/loginrocket.wasm?url'
import { LoginRocket, init } from 'loginrocket-wasm/external'
import { start } from '../../shared/sign-in.js'

await init(wasm)
start(new LoginRocket({ url: import.meta.env.VITE_LOGINROCKET_URL }))
