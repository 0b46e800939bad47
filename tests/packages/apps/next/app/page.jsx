'use client'
// Rendered on the server first, where nobody is signed in and nothing is asked of the service.
import { useState, useSyncExternalStore } from 'react'
import { LoginRocket } from 'loginrocket-wasm'

const lr = new LoginRocket({ url: process.env.NEXT_PUBLIC_LOGINROCKET_URL })
const unknown = { state: 'loading', freshness: 'fresh' }

export default function Page() {
  const { state, user } = useSyncExternalStore(lr.session.subscribe, () => lr.session.snapshot, () => unknown)
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
