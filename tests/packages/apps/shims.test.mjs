// Servers that imitate a DOM: whatever does it, and however it becomes global, a client of a module is nobody's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { person } from '../support.mjs';
import { run } from './support/tool.mjs';

const imitations = ['jsdom', 'happy-dom', 'linkedom', 'domino'];
const ways = ['assigned', 'as getters', 'as bound getters for good', 'with all descriptors', 'with the scope of a worker'];

for (const imitation of imitations) {
  for (const way of ways) {
    test(`${imitation} on a server, ${way}: no visitor meets another`, { timeout: 120_000 }, async () => {
      const said = await run('shims', ['node', 'server.mjs', imitation, way, person.email, person.password]);
      assert.deepEqual(JSON.parse(said), {
        next: 'done',
        second: ['loading', 'not_signed_in', 'error', false, 'unsupported_browser', 'object'],
        leaks: false,
      });
    });
  }
}
