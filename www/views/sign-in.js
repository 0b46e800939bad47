// The sign-in form, with the ready-made person beside it.

import { fill, find } from '../page.js'
import { carry, handle } from '../forms.js'

export function showSignIn(app) {
  const view = app.page.show('sign-in')
  handle(app.page, view, {
    send: (values, options) => app.lr.login(values, options),
    done: (answer) => app.follow(answer),
  })
  carry(app, find(view.root, '[name="email"]'))
  offerPerson(view, app.settings.person)
  app.page.settle()
}

function offerPerson({ root }, person) {
  if (!person) return
  const hint = find(root, '.hint')
  fill(hint, { email: person.email })
  hint.hidden = false
  find(hint, 'button').addEventListener('click', () => {
    const form = find(root, 'form')
    form.elements.email.value = person.email
    form.elements.password.value = person.password
    form.requestSubmit()
  })
}
