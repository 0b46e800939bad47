import { StrictMode, useState, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { LoginRocket } from 'loginrocket-wasm'

const lr = new LoginRocket({ url: import.meta.env.VITE_LOGINROCKET_URL })

function App() {
  const { state, user } = useSyncExternalStore(lr.session.subscribe, () => lr.session.snapshot)
  return (
    <>
      <p role="status">{state}</p>
      {state === 'signed_out' && <SignIn />}
      {state === 'signed_in' && <><h1>{user?.name}</h1><button onClick={lr.session.signOut}>Sign out</button></>}
    </>
  )
}

function SignIn() {
  const [error, setError] = useState()
  const signIn = async (form) => setError((await lr.login(form)).error)
  return (
    <form action={signIn}>
      <label>E-mail <input name="email" type="email" autoComplete="username" /></label>
      <label>Password <input name="password" type="password" autoComplete="current-password" /></label>
      <button>Sign in</button>
      <p role="alert">{error}</p>
    </form>
  )
}

createRoot(document.getElementById('app')).render(<StrictMode><App /></StrictMode>)
