// The background page of the extension signs people in and tells its other pages who is. The package's `dist/index.js` is
// part of the extension, because nothing may be loaded from elsewhere.
import { LoginRocket } from './loginrocket-wasm/index.js'

// A background page comes and goes; its own kind of storage is what lasts for as long as the browser runs.
const storage = {
  getItem: async (key) => (await chrome.storage.session.get(key))[key],
  setItem: (key, value) => chrome.storage.session.set({ [key]: value }),
  removeItem: (key) => chrome.storage.session.remove(key),
}
const lr = new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/', storage })

const actions = {
  signIn: async ({ email, password }) => (await lr.login({ email, password })).error,
  signOut: () => lr.session.signOut(),
  who: async () => {
    await lr.session.token()
    return lr.session.snapshot.user?.name
  },
}

chrome.runtime.onMessage.addListener(({ action, ...given }, sender, answer) => {
  actions[action](given).then(answer)
  return true
})
