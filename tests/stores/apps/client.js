// The one client of the app, which lives as long as the page.
import { LoginRocket } from 'loginrocket-wasm'

export const lr = new LoginRocket({ url: import.meta.env.VITE_LOGINROCKET_URL, storage: 'local' })
