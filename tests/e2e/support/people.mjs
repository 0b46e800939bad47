// The people of the tests, each with an address of their own so that no test sees another's, and their mail.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { emulator } from './environment.mjs'

/** The person whom every fresh emulator knows. */
export const ada = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'engine-of-1843' }

/** Somebody nobody knows yet. */
export function newPerson() {
  const id = randomUUID()
  return {
    firstName: 'Grace',
    lastName: 'Hopper',
    name: 'Grace Hopper',
    email: `grace-${id}@example.com`,
    password: `first-${id}`,
  }
}

/** Somebody who works in two accounts, for a realm of the test's own. */
export const grace = {
  name: 'Grace Hopper',
  email: 'grace@example.com',
  password: 'first-compiler-1952',
  first_name: 'Grace',
  last_name: 'Hopper',
  memberships: [{ account: 'Compilers' }, { account: 'Navy' }],
}

/** The newest mail to an address. */
export async function newestMail(email) {
  const url = new URL('mails', emulator.inbox)
  url.searchParams.set('to', email)
  const { mails } = await (await fetch(url)).json()
  assert.notEqual(mails.length, 0, 'there is a mail')
  return mails.at(-1)
}
