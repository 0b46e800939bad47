// The package without a browser: in the runtimes for servers, and in the tests of other people's apps.
import assert from 'node:assert/strict';
import { runs } from '../places.mjs';
import { person } from '../support.mjs';
import { run, serveWith } from './support/tool.mjs';

const credentials = [person.email, person.password];
const variables = { EMAIL: person.email, PASSWORD: person.password };

for (const [name, how, app, command] of [
  ['Node', '`import`', 'node', ['node', 'import.mjs']],
  ['Node', '`require`', 'node', ['node', 'require.cjs']],
  ['Node', '`./external`', 'node', ['node', 'external.mjs']],
  ['Deno', '`import`', 'deno', ['deno', 'run', '--allow-env', '--allow-net', 'main.js']],
  ['Bun', '`import`', 'bun', ['bun', 'run', 'main.js']],
]) {
  runs('runtime', name, how, async () => {
    const said = await run(app, [...command, ...credentials]);
    assert.equal(said, 'Ada Lovelace\nokay\n');
  });
}

// The runtime of Cloudflare's workers, in which nothing can be compiled. It is no program that comes to an end, but a server.
for (const [how, socket, other] of [
  ['`./external`', 'new', 'old'],
  ['`./external` at a date of 2024', 'old', 'new'],
]) {
  runs('runtime', 'workerd', how, async () => {
    const site = await serveWith('workerd', (port) => [
      'workerd',
      'serve',
      'config.capnp',
      `--socket-addr=${socket}=localhost:${port}`,
      `--socket-addr=${other}=localhost:0`,
    ]);
    try {
      const told = await (await fetch(site.origin)).text();
      assert.match(told, /^loading loading\nwasm_blocked: .*compiled with it to init\(\)/, site.output());
      const answer = await fetch(site.origin, { method: 'POST', body: new URLSearchParams(person) });
      assert.equal(await answer.text(), 'Ada Lovelace\nokay\n', site.output());
    } finally {
      await site.close();
    }
  });
}

for (const [how, file, count] of [
  ['in Node', 'node.test.js', 2],
  ['in jsdom', 'jsdom.test.js', 1],
  ['vitest-fetch-mock', 'mocked.test.js', 1],
]) {
  runs('runtime', 'Vitest', how, async () => {
    const said = await run('vitest', ['vitest', 'run', file, '--reporter=json'], variables);
    const { numPassedTests, numTotalTests } = JSON.parse(said);
    assert.deepEqual([numPassedTests, numTotalTests], [count, count], said);
  });
}

for (const [how, file, count] of [
  ['in jsdom, which has no `TextDecoder` and no `Request`', 'bare', 6],
  ['polyfills, jest-fetch-mock', 'polyfilled', 5],
]) {
  runs('runtime', 'Jest', how, async () => {
    const said = await run('jest', ['jest', file], variables);
    assert.match(said, new RegExp(`Tests: +${count} passed, ${count} total`), said);
  });
}

for (const name of [
  'node-fetch 2',
  'node-fetch 3',
  'cross-fetch',
  'undici',
  'node-fetch 2 as the global',
  'fetch-mock',
  'nock',
  "undici's mock",
]) {
  runs('runtime', 'On another `fetch`, in Node', name, async () => {
    const said = await run('fetches', ['node', 'main.js', name, ...credentials]);
    assert.equal(said, 'validation_failed 422 done\n');
  });
}
