// A full page that says one thing and offers one way on.

import { fill, find } from '../page.js'

export function message(page, { title, text, fine = '', action }) {
  const { root } = page.show('message')
  fill(root, { title, text, fine, action: action.text })
  const link = find(root, '[data-slot="action"]')
  link.href = action.href ?? ''
  // No address is the page itself, once more. To follow a link to it would lose what comes after the `#`.
  if (action.href === null) {
    link.addEventListener('click', (event) => {
      event.preventDefault()
      location.reload()
    })
  }
  page.settle()
}
