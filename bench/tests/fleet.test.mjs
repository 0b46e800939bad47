import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromTable, fromWords } from '../harness/fleet.mjs';

const row = { what: 'outage of 10 minutes, 503', mean: 1363, away: 6771, peak: 6632, ratio: 4.9 };

test('the table of a large fleet is read', () => {
  const text = `# Pages\n\n1000000 pages with tokens of 15 minutes. Requests a second.\n\n| what happens | steady mean | peak while away | peak after | peak / mean |
| --- | --: | --: | --: | --: |\n| outage of 10 minutes, 503 | 1363 | 6771 | 6632 | 4.9 |\n`;
  assert.deepEqual(fromTable(text), { pages: 1_000_000, rows: [row] });
});

test('what a small fleet prints is read among what a test runner prints', () => {
  const text =
    '\nrunning 1 test\noutage of 10 minutes, 503: mean 1363.0, away 6771, peak 6632: 4.9\n.\ntest result: ok.\n';
  assert.deepEqual(fromWords(text), { pages: undefined, rows: [row] });
});
