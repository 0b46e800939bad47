import { Show, createSignal, from } from 'solid-js'
import { render } from 'solid-js/web'
import { LoginRocket } from 'loginrocket-wasm'

const lr = new LoginRocket({ url: import.meta.env.VITE_LOGINROCKET_URL })

function App() {
  const session = from(lr.session)
  const [error, setError] = createSignal()

  async function signIn(event) {
    event.preventDefault()
    setError((await lr.login(new FormData(event.target))).error)
  }

  return (
    <>
      <p role="status">{session().state}</p>
      <Show when={session().state === 'signed_out'}>
        <form onSubmit={signIn}>
          <label>E-mail <input name="email" type="email" autocomplete="username" /></label>
          <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
          <button>Sign in</button>
          <p role="alert">{error()}</p>
        </form>
      </Show>
      <Show when={session().state === 'signed_in'}>
        <h1>{session().user?.name}</h1>
        <button onClick={lr.session.signOut}>Sign out</button>
      </Show>
    </>
  )
}

render(() => <App />, document.getElementById('app'))
