// The package without a browser: in the runtimes for servers, and in the tests of other people's apps.
import assert from 'node:assert/strict';
import { runs } from '../places.mjs';
import { person } from '../support.mjs';
import { run } from './support/tool.mjs';

const credentials = [person.email, person.password];
const variables = { EMAIL: person.email, PASSWORD: person.password };

for (const [name, how, app, command] of [
  ['Node', '`import`', 'node', ['node', 'import.mjs']],
  ['Node', '`require`', 'node', ['node', 'require.cjs']],
  ['Node', '`./slim`', 'node', ['node', 'slim.mjs']],
  ['Deno', '`import`', 'deno', ['deno', 'run', '--allow-env', '--allow-net', 'main.js']],
  ['Bun', '`import`', 'bun', ['bun', 'run', 'main.js']],
]) {
  runs('runtime', name, how, async () => {
    const said = await run(app, [...command, ...credentials]);
    assert.equal(said, 'Ada Lovelace\nokay\n');
  });
}

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
