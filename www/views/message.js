// A full page that says one thing and offers one way on.

import { fill, find } from '../page.js'

export function message(page, { title, text, fine = '', action }) {
  const { root } = page.show('message')
  fill(root, { title, text, fine, action: action.text })
  // An empty address is the page itself, once more.
  find(root, '[data-slot="action"]').href = action.href === '' ? location.pathname + location.search : action.href
  page.settle()
}
