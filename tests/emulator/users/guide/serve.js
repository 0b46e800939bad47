// The app that the guide's page on testing tests: a sign-in, and orders that want a token.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const sdk = new URL('../node_modules/loginrocket-wasm/dist/index.js', import.meta.url);
const page = `<!doctype html><meta charset="utf-8"><title>app</title>
<form hidden><label>E-mail <input name="email"></label><label>Password <input name="password" type="password"></label><button>Sign in</button></form>
<p role="status"></p><button id="orders">Orders</button><p id="list"></p>
<script type="module">
  import { LoginRocket } from '/sdk.js'
  const lr = new LoginRocket({ url: window.loginrocketUrl })
  const form = document.querySelector('form')
  lr.session.subscribe(({ state, user }) => {
    form.hidden = state === 'signed_in'
    document.querySelector('[role=status]').textContent = state === 'signed_in' ? 'Hello, ' + user.name + '.' : ''
  })
  form.onsubmit = (event) => {
    event.preventDefault()
    lr.login(new FormData(form))
  }
  document.querySelector('#orders').onclick = async () => {
    document.querySelector('#list').textContent = await (await lr.session.fetch('/orders')).text()
  }
</script>`;

/** The times of a token, of which one is over seven hours after it was made. */
const seconds = (authorization) => {
  const { iat, exp } = JSON.parse(Buffer.from(authorization.split('.')[1], 'base64url').toString());
  return { iat, exp };
};

let first;
createServer(async ({ url, headers }, response) => {
  if (url === '/sdk.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(await readFile(sdk));
  if (url !== '/orders') return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  // A back end that knows by the first token that it saw what time it must be at least.
  const token = seconds(headers.authorization);
  const isNew = first === undefined || token.iat > first.exp;
  first ??= token;
  return response.writeHead(isNew ? 200 : 401).end(isNew ? '3 orders' : 'too old');
}).listen(Number(process.env.APP_PORT));
