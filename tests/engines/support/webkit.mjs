// WebKit, in the browser that WebKitGTK brings for tests, by plain WebDriver over HTTP (W3C), on a screen that nobody sees.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { given } from '../../support/browser.mjs';

export const name = 'WebKit';

/** How long the driver may take to say that it is there. */
const LIMIT_MS = 30_000;

/** Starts it; pages share one profile. It knows no way to let another name lead to this machine. */
export async function start() {
  const screen = await startScreen();
  const port = await freePort();
  const driver = spawn(given('WEBKIT_DRIVER'), ['--host=127.0.0.1', `--port=${port}`], {
    env: { ...process.env, DISPLAY: `:${screen.number}` },
    stdio: 'ignore',
  });
  const close = async () => {
    for (const child of [driver, screen.child]) await stop(child);
  };
  try {
    const session = await openSession(`http://127.0.0.1:${port}`, driver);
    return {
      open: session.open,
      close: () => session.command('DELETE', '').finally(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function startScreen() {
  // It chooses a free number and says which.
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [])]);
  if (!number) throw new Error('Xvfb has no screen to give');
  return { child, number: Number(number) };
}

async function openSession(origin, driver) {
  const end = Date.now() + LIMIT_MS;
  while (!(await fetch(`${origin}/status`).then((answer) => answer.ok, () => false))) {
    if (driver.exitCode !== null || Date.now() > end) throw new Error('WebKitWebDriver does not answer');
    await sleep(50);
  }
  const browser = { binary: given('WEBKIT_BROWSER'), args: ['--automation'] };
  const { sessionId } = await send(`${origin}/session`, 'POST', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': browser, timeouts: { script: LIMIT_MS } } },
  });
  const command = (method, what, body) => send(`${origin}/session/${sessionId}${what}`, method, body);

  // One command at a time, because each goes to the window that was chosen last.
  let last = Promise.resolve();
  const inTurn = (run) => {
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };

  const inWindow = (handle, run) =>
    inTurn(async () => {
      await command('POST', '/window', { handle });
      return run();
    });

  // The window that it starts with stays: there is none from which to open one after the last was closed. New ones are
  // windows and no tabs, because a tab in the background is hidden, and the driver brings none to the front.
  const first = await command('GET', '/window');
  const open = async (url) => {
    const { handle } = await inWindow(first, () => command('POST', '/window/new', { type: 'window' }));
    const there = (run) => inWindow(handle, run);
    const goto = (to) => there(() => command('POST', '/url', { url: to }));
    await goto(url);
    return {
      evaluate: (run, argument) => there(() => evaluate(command, run, argument)),
      goto,
      close: () => there(() => command('DELETE', '/window')),
    };
  };
  return { command, open };
}

/** Runs a function in the page and gives what it, or the promise it returns, comes to. */
async function evaluate(command, run, argument) {
  const script = `
    const [argument, done] = arguments;
    (async () => (${run})(argument))().then((value) => done({ value }), (error) => done({ error: String(error) + error?.stack }));
  `;
  const { value, error } = await command('POST', '/execute/async', { script, args: [argument ?? null] });
  if (error) throw new Error(error);
  // What JavaScript has as undefined, the protocol has as null.
  return value;
}

async function send(url, method, body) {
  const answer = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${url}: ${value.error}: ${value.message}`);
  return value;
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
