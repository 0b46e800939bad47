// What comes next is in a mail, and the emulator's inbox has it.

import { fill } from '../page.js'

export function showMailSent({ page }, text) {
  const { root } = page.show('mail-sent')
  fill(root, { text })
  page.settle()
}
