// @vitest-environment jsdom
import { expect, test, vi } from 'vitest'
import { LoginRocket } from 'loginrocket-wasm'
import { mount } from './app.js'

const { LOGINROCKET_URL, EMAIL, PASSWORD } = process.env

test('the form signs a person in, and a reload finds the session again', async () => {
  document.body.innerHTML = `
    <form><input name="email" value="${EMAIL}"><input name="password" value="${PASSWORD}"><button>Sign in</button></form>`
  // A DOM that is imitated looks like a server's, unless it is said whose it is.
  const options = { url: LOGINROCKET_URL, storage: 'local', environment: 'browser' }
  const lr = new LoginRocket(options)
  const status = () => document.querySelector('[role=status]').textContent
  mount(document.forms[0], lr)
  await vi.waitFor(() => expect(status()).toBe('signed_out'))

  document.querySelector('button').click()
  await vi.waitFor(() => expect(status()).toBe('Hello, Ada Lovelace'))

  lr.session.dispose()
  const reloaded = new LoginRocket(options)
  reloaded.session.subscribe(() => {})
  await vi.waitFor(() => expect(reloaded.session.snapshot.state).toBe('signed_in'))
  await reloaded.session.signOut()
  expect(JSON.stringify(localStorage)).not.toContain('kss_')
})
