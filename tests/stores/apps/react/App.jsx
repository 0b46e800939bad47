import { useEffect, useState } from 'react'
import { lr } from '../client.js'
import { rendered } from '../renders.js'
import { useSession } from './session.js'

export function App() {
  const session = useSession()
  useEffect(rendered)
  return (
    <main>
      <p role="status">{session.state}</p>
      {session.state === 'signed_out' && <SignIn />}
      {session.state === 'signed_in' && <SignedIn {...session} />}
    </main>
  )
}

function SignIn() {
  const [error, setError] = useState()
  async function signIn(event) {
    event.preventDefault()
    const answer = await lr.login(Object.fromEntries(new FormData(event.currentTarget)))
    setError(answer.error)
  }
  return (
    <form onSubmit={signIn}>
      <label>E-mail <input name="email" type="email" autoComplete="username" /></label>
      <label>Password <input name="password" type="password" autoComplete="current-password" /></label>
      <button>Sign in</button>
      <p role="alert">{error}</p>
    </form>
  )
}

function SignedIn({ user, account, expiresAt }) {
  return (
    <>
      <h1>{user?.name}</h1>
      <p>{account?.name}, until <time>{expiresAt}</time></p>
      <button onClick={lr.session.signOut}>Sign out</button>
    </>
  )
}
