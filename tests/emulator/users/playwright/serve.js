// The app: a page with a form, and the SDK as it is installed.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const sdk = new URL('../node_modules/loginrocket-wasm/dist/index.js', import.meta.url);
const page = `<!doctype html><meta charset="utf-8"><title>app</title>
<form><label>E-mail <input name="email"></label><label>Password <input name="password" type="password"></label><button>Sign in</button></form>
<p role="status"></p>
<script type="module">
import { LoginRocket } from '/sdk.js'
const say = (text) => { document.querySelector('[role=status]').textContent = text }
const lr = new LoginRocket({ url: window.loginrocket, timeoutMs: 600_000 })
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const answer = await lr.login(new FormData(event.target))
  say(answer.error ? answer.code : 'signed in')
})
say('ready')
</script>`;

createServer(async ({ url }, response) => {
  if (url === '/sdk.js') response.setHeader('content-type', 'text/javascript').end(await readFile(sdk));
  else response.setHeader('content-type', 'text/html').end(page);
}).listen(process.env.APP_PORT, 'localhost');
