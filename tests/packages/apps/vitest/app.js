// What is tested: a form that signs people in, with the client that it is given.
export function mount(form, lr) {
  const status = document.createElement('p')
  status.setAttribute('role', 'status')
  form.after(status)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    lr.login(new FormData(form))
  })
  return lr.session.subscribe(({ state, user }) => {
    status.textContent = state === 'signed_in' ? `Hello, ${user.name}` : state
  })
}
