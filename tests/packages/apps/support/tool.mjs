// Runs the tools that apps are made with, as their users do: by the command line, in the app's folder.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { given } from '../../../support/browser.mjs';
import { emulator } from '../../support.mjs';

/** Where the apps are, with their tools and the package installed. */
export const apps = given('LOGINROCKET_APPS');

/** A tool that says nothing for so long hangs. */
const LIMIT_MS = 120_000;

/** The realm by all names under which tools let variables through, and nobody asked about anything. */
const environment = {
  ...process.env,
  LOGINROCKET_URL: emulator.loginrocket,
  NEXT_PUBLIC_LOGINROCKET_URL: emulator.loginrocket,
  VITE_LOGINROCKET_URL: emulator.loginrocket,
  CI: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  DENO_NO_UPDATE_CHECK: '1',
  DO_NOT_TRACK: '1',
};
// Of this test runner: one below it would not run its own.
delete environment.NODE_TEST_CONTEXT;


/** Runtimes that are a program for each platform, which their install scripts would put into place: none is run here. */
const programs = { deno: ['@deno', 'deno'], bun: ['@oven', 'bin/bun'], workerd: ['@cloudflare', 'bin/workerd'] };

/** The program of a tool: Node itself, or from the nearest folder in which npm installed it. */
function executable(folder, name) {
  if (name === 'node') return process.execPath;
  if (name in programs) {
    const [scope, program] = programs[name];
    const ofScope = join(apps, 'node_modules', scope);
    return join(ofScope, readdirSync(ofScope)[0], program);
  }
  for (let at = folder; at !== dirname(apps); at = dirname(at)) {
    const path = join(at, 'node_modules/.bin', name);
    if (existsSync(path)) return path;
  }
  throw new Error(`${name} is not installed for ${folder}`);
}

/** Starts a tool in a process group of its own, because tools start others. */
function start(app, [tool, ...args], variables) {
  const cwd = join(apps, app);
  const child = spawn(executable(cwd, tool), args, {
    cwd,
    detached: true,
    env: { ...environment, ...variables },
    // esbuild ends with its input.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
    await once(child, 'exit');
  };
  return { child, stop, output: () => output };
}

/** Runs a tool to its end; gives what it said. */
export async function run(app, command, variables = {}) {
  const { child, stop, output } = start(app, command, variables);
  const limit = setTimeout(stop, LIMIT_MS);
  const [status] = await once(child, 'close');
  clearTimeout(limit);
  assert.equal(status, 0, `${command.join(' ')} in ${app}:\n${output()}`);
  return output();
}

/** Starts a server; `command` is a function of the port that it shall have. Gives its address and how to stop it. */
export async function serveWith(app, command, variables = {}) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const { child, stop, output } = start(app, command(port), variables);
  const end = Date.now() + LIMIT_MS;
  // A tool tells that it is ready in words of its own; that it answers is the same for all.
  while (!(await fetch(origin).then((answer) => answer.ok, () => false))) {
    if (child.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`${command(port).join(' ')} in ${app} serves nothing:\n${output()}`);
    }
    await sleep(100);
  }
  return { origin, close: stop, output };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
