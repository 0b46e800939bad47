// What the apps without a framework have in common: a form, who is signed in, and a way out.

/** Brings the page to life with a client. */
export function start(lr) {
  const [form] = document.forms
  const signOut = document.querySelector('#sign-out')

  lr.session.subscribe(({ state, user }) => {
    document.querySelector('[role=status]').textContent = state
    document.querySelector('h1').textContent = user?.name ?? ''
    form.hidden = state !== 'signed_out'
    signOut.hidden = state !== 'signed_in'
  })

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const answer = await lr.login(new FormData(form))
    document.querySelector('[role=alert]').textContent = answer.error ?? ''
  })
  signOut.addEventListener('click', lr.session.signOut)
}
