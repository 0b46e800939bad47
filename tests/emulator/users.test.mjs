// The package as its users have it: installed from the tarball, and used from their test runners.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { installed } from './support.mjs';

/** Runs a program of the tools in a project; what it printed is what a failure is told with. */
const run = (project, program, parameters, env = {}) =>
  new Promise((resolve, reject) => {
    const options = { cwd: join(installed, project), env: { ...process.env, NODE_OPTIONS: '', CI: '1', NO_COLOR: '1', ...env }, maxBuffer: 2 ** 26 };
    // Which test a process belongs to is Node's own affair, and no other runner's.
    delete options.env.NODE_TEST_CONTEXT;
    delete options.env.FORCE_COLOR;
    execFile(join(installed, 'node_modules/.bin', program), parameters, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} failed\n${stdout}\n${stderr}`));
      else resolve(stdout + stderr);
    });
  });

/** A busy machine takes longer than these tools wait by themselves. */
const PATIENCE = ['--testTimeout=600000', '--hookTimeout=600000'];

/** A port that nobody listens at just now: Playwright's configuration has to name one. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });

for (const environment of ['node', 'jsdom']) {
  test(`Vitest in ${environment} gives each test a realm as new`, async () => {
    assert.match(await run('vitest', 'vitest', ['run', '--environment', environment, ...PATIENCE]), /Tests {2}3 passed/);
  });
}

test('the tests that the guide shows pass', async () => {
  assert.match(await run('guide', 'vitest', ['run', 'guide.test.js', ...PATIENCE]), /Tests {2}2 passed/);
  const ports = { APP_PORT: await freePort() };
  assert.match(await run('guide', 'playwright', ['test', 'guide.spec.js', '--reporter=line', '--timeout=600000'], ports), /1 passed/);
});

test('Jest takes the CommonJS build', async () => {
  assert.match(await run('jest', 'jest', ['--ci', '--testTimeout=600000']), /Tests: {7}2 passed/);
});

test('MSW answers a production URL by a realm', async () => {
  assert.match(await run('msw', 'vitest', ['run', ...PATIENCE]), /Tests {2}3 passed/);
});

test('Playwright has a realm for each test, by fixture, by webServer, and with no port', async () => {
  const ports = { APP_PORT: await freePort(), EMULATOR_PORT: await freePort() };
  assert.match(await run('playwright', 'playwright', ['test', '--reporter=line', '--timeout=600000'], ports), /7 passed/);
});

test('Playwright’s report names the origin that a realm does not list', async () => {
  const env = { APP_PORT: await freePort(), EMULATOR_PORT: await freePort(), TESTS: 'refused.js' };
  const failure = await run('playwright', 'playwright', ['test', '--reporter=json', '--timeout=600000'], env).catch((error) => error);
  assert.ok(failure instanceof Error, 'the test has to fail');
  const report = failure.message;
  assert.match(report, /"type": "refused by CORS"/);
  assert.ok(report.includes(`http://localhost:${env.APP_PORT} is not one of the realm's \`allowed_origins\` (https://app.example.com)`), report);
});
