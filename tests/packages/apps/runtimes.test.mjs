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
runs('runtime', 'workerd', '`./external`', async () => {
  const site = await serveWith('workerd', (port) => ['workerd', 'serve', 'config.capnp', `--socket-addr=http=localhost:${port}`]);
  try {
    assert.equal(await (await fetch(site.origin)).text(), 'loading loading', site.output());
    const answer = await fetch(site.origin, { method: 'POST', body: new URLSearchParams(person) });
    assert.equal(await answer.text(), 'Ada Lovelace\nokay\n', site.output());
  } finally {
    await site.close();
  }
});

for (const [how, file, count] of [
  ['in Node', 'node.test.js', 2],
  ['in jsdom', 'jsdom.test.js', 1],
]) {
  runs('runtime', 'Vitest', how, async () => {
    const said = await run('vitest', ['vitest', 'run', file, '--reporter=json'], variables);
    const { numPassedTests, numTotalTests } = JSON.parse(said);
    assert.deepEqual([numPassedTests, numTotalTests], [count, count], said);
  });
}
