// With Solid's own templates, which need no compiler; in JSX the same is `<p role="status">{session().state}</p>`.
import { Show, createEffect, createSignal, from } from 'solid-js'
import html from 'solid-js/html'
import { lr } from '../client.js'
import { rendered } from '../renders.js'

export function App() {
  const session = from(lr.session)
  const [error, setError] = createSignal()

  async function signIn(event) {
    event.preventDefault()
    const answer = await lr.login(Object.fromEntries(new FormData(event.currentTarget)))
    setError(answer.error)
  }

  createEffect(() => rendered(session()))

  return html`
    <main>
      <p role="status">${() => session().state}</p>
      <${Show} when=${() => session().state === 'signed_out'}>
        <form onsubmit=${signIn}>
          <label>E-mail <input name="email" type="email" autocomplete="username" /></label>
          <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
          <button>Sign in</button>
          <p role="alert">${error}</p>
        </form>
      <//>
      <${Show} when=${() => session().state === 'signed_in'}>
        <h1>${() => session().user?.name}</h1>
        <p>${() => session().account?.name}, until <time>${() => session().expiresAt}</time></p>
        <button onclick=${lr.session.signOut}>Sign out</button>
      <//>
    </main>
  `
}
