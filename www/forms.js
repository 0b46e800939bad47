// What every form of the page does the same way: one call at a time, busy while it runs, its failure told where it
// happened. What is sent and what follows a success is the view's business.

import { find } from './page.js'
import { isFailure, tell } from './failure.js'

// The codes of a service that did not like what was sent.
const REFUSALS = ['validation_failed', 'conflict']

/**
 * Makes a form send its values.
 *
 * `send` gets the values and the call's options and returns the SDK's promise; `done` gets the answer if it is not a
 * failure, and the values.
 */
export function handle(app, { root, signal }, { send, done }) {
  const { page } = app
  const form = find(root, 'form')
  const failure = find(form, '.failure')
  describeBy(form, failure)
  for (const button of form.querySelectorAll('[data-reveal]')) reveal(button)

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (form.ariaBusy === 'true') return
    // Read before the form goes busy, for disabled fields have no values. What was left empty is not sent: to the
    // service an empty optional member is a value like any other.
    const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''))
    app.run(signal, () => submit(values))
  })

  async function submit(values) {
    failure.hidden = true
    failure.replaceChildren()
    markInvalid(form, false)
    setBusy(form, true)
    page.announce(form.dataset.progress)

    let answer
    try {
      answer = await send(values, { signal })
    } finally {
      // Whatever is thrown is a mistake of the page, and must not cost the person the form.
      setBusy(form, false)
      if (!signal.aborted) page.announce('')
    }

    // The person went elsewhere: nobody waits for this answer any more.
    if (signal.aborted) return
    if (isFailure(answer)) {
      markInvalid(form, REFUSALS.includes(answer.code))
      tell(failure, answer)
      // This is what has it read aloud: it is no live region, which would say everything twice.
      failure.focus()
    } else {
      done(answer, values)
    }
  }
}

/** Starts a field with what was typed into its like before, `app.identifier`, and keeps it there. */
export function carry(app, field) {
  field.value = app.identifier
  field.addEventListener('input', () => {
    app.identifier = field.value
  })
}

// A refusal does not say which member it is about, so all that has to be filled in is to be looked at again.
function markInvalid(form, invalid) {
  for (const input of form.querySelectorAll('input:required')) input.ariaInvalid = invalid ? 'true' : null
}

// `elements` has the controls outside the form as well that name it.
function setBusy(form, busy) {
  form.ariaBusy = String(busy)
  for (const control of form.elements) control.disabled = busy
  find(form, '[type="submit"]').ariaBusy = String(busy)
}

function describeBy(form, failure) {
  for (const control of form.querySelectorAll('input, [type="submit"]')) {
    const ids = [control.getAttribute('aria-describedby'), failure.id]
    control.setAttribute('aria-describedby', ids.filter(Boolean).join(' '))
  }
}

function reveal(button) {
  const input = find(button.form, `#${button.dataset.reveal}`)
  const show = (shown) => {
    input.type = shown ? 'text' : 'password'
    button.textContent = shown ? 'Hide' : 'Show'
    button.ariaLabel = shown ? 'Hide password' : 'Show password'
  }
  show(false)
  button.addEventListener('click', () => show(input.type === 'password'))
  // Password managers look for a password field when the form is sent, and screens are shared.
  button.form.addEventListener('submit', () => show(false))
}
