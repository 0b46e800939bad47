// A client that lives as long as a component, as in a widget on somebody else's page. StrictMode makes such a component
// twice, and ends the first one's client.
import { StrictMode, useEffect, useState, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { LoginRocket } from 'loginrocket-wasm'

/** Every client that was made, oldest first; for the tests. */
export const clients = []

function Widget() {
  const [lr, setClient] = useState()
  useEffect(() => {
    const client = new LoginRocket({ url: import.meta.env.VITE_LOGINROCKET_URL, storage: 'local' })
    clients.push(client)
    setClient(client)
    return client.session.dispose
  }, [])
  return lr && <State session={lr.session} />
}

function State({ session }) {
  const { state } = useSyncExternalStore(session.subscribe, () => session.snapshot)
  return <p role="status">{state}</p>
}

const root = createRoot(document.getElementById('app'))
root.render(<StrictMode><Widget /></StrictMode>)

export const unmount = () => root.unmount()
