// WebKit in a shell of our own, which can have a scheme of its own: `shell.py`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { given } from '../../support/browser.mjs';
import { startScreen, stop } from './webkit.mjs';

const LIMIT_MS = 60_000;

/** Opens pages in it; gives what they told, each `{ page, told }`, until there were so many. */
export async function openShell(task, count) {
  const screen = await startScreen();
  const shell = spawn(given('WEBKIT_PYTHON'), [new URL('shell.py', import.meta.url).pathname], {
    env: { ...process.env, DISPLAY: `:${screen.number}`, NO_AT_BRIDGE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let noise = '';
  shell.stderr.on('data', (data) => (noise += data));
  const limit = setTimeout(() => shell.kill(), LIMIT_MS);
  try {
    shell.stdin.write(`${JSON.stringify(task)}\n`);
    const told = [];
    for await (const line of createInterface({ input: shell.stdout })) {
      told.push(JSON.parse(line));
      if (told.length === count) break;
    }
    if (told.length < count) throw new Error(`the shell told ${JSON.stringify(told)}: ${noise}`);
    return told;
  } finally {
    clearTimeout(limit);
    if (shell.exitCode === null && shell.signalCode === null) {
      shell.kill();
      await once(shell, 'exit');
    }
    await stop(screen.child);
  }
}
