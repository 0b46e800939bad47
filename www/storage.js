// Where the session is kept, for the person to choose. A client is made for one storage, so the page is opened again.

import { find } from './page.js'

/** Offers the choice in the page's frame. */
export function offerStorage(chosen) {
  const form = find(document, '#storage')
  const select = find(form, 'select')
  select.value = chosen
  form.hidden = false
  select.addEventListener('change', () => {
    const address = new URL(location.href)
    address.searchParams.set('storage', select.value)
    location.assign(address)
  })
}
