// The sign-in form, with the ready-made people beside it.

import { GRACE } from '../emulator.js'
import { tell } from '../failure.js'
import { fill, find } from '../page.js'
import { carry, handle } from '../forms.js'
import { offerHosted } from '../hosted.js'

export function showSignIn(app) {
  const view = app.page.show('sign-in')
  handle(app, view, {
    send: (values, options) => app.lr.login(values, options),
    done: (answer) => app.follow(answer),
  })
  carry(app, find(view.root, '[name="email"]'))
  offerHosted(app, view, (failure) => tell(find(view.root, '.failure'), failure))
  offerPeople(app, view)
  app.page.settle()
}

function offerPeople({ emulator, settings: { person } }, { root, signal }) {
  if (!person) return
  const form = find(root, 'form')
  const hint = find(root, '.hint')
  const signIn = ({ email, password }) => {
    form.elements.email.value = email
    form.elements.password.value = password
    form.requestSubmit()
  }
  fill(hint, { email: person.email })
  hint.hidden = false
  find(hint, '[data-person="ada"]').addEventListener('click', () => signIn(person))
  find(hint, '[data-person="grace"]').addEventListener('click', async ({ currentTarget: button }) => {
    button.disabled = true
    // If she cannot be made, the form says that nobody knows her.
    await emulator.invent(GRACE).catch(() => {})
    button.disabled = false
    if (!signal.aborted && form.ariaBusy !== 'true') signIn(GRACE)
  })
}
