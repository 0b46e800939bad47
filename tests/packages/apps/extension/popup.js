const ask = (action, given) => chrome.runtime.sendMessage({ action, ...given })

async function show() {
  document.querySelector('h1').textContent = (await ask('who')) ?? 'Nobody'
}

const [form] = document.forms
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  document.querySelector('[role=alert]').textContent = (await ask('signIn', Object.fromEntries(new FormData(form)))) ?? ''
  await show()
})
document.querySelector('#sign-out').addEventListener('click', () => ask('signOut').then(show))
await show()
