import { LoginRocket } from 'loginrocket-wasm'
import { start } from '../../shared/sign-in.js'

start(new LoginRocket({ url: import.meta.env.VITE_LOGINROCKET_URL }))
