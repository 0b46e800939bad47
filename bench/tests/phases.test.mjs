import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durations } from '../tables/phases.mjs';

test('each phase begins where the one before it ended, and together they are all', () => {
  const moments = { begin: 100, arrived: 130, evaluating: 135, imported: 136, compile: 140, compiled: 142 };
  const took = durations({ ...moments, start: 143, started: 144, ready: 150, read: 153 });
  assert.deepEqual(took, {
    arrive: 30,
    parse: 5,
    evaluate: 1,
    bytes: 4,
    compile: 2,
    imports: 1,
    instance: 1,
    client: 6,
    read: 3,
    all: 53,
  });
});

test('a client without a module has the other phases', () => {
  const took = durations({ begin: 0, arrived: 10, evaluating: 12, imported: 13, ready: 14 });
  assert.deepEqual(took, { arrive: 10, parse: 2, evaluate: 1, client: 1, all: 14 });
});
