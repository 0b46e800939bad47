// What is committed is what was measured: page and plots are those that the numbers give.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { files, RESULTS } from '../report/write.mjs';
import { tables } from '../tables/list.mjs';

const run = JSON.parse(await readFile(join(RESULTS, 'benchmarks.json'), 'utf8'));

test('the committed run is a whole one', () => {
  assert.equal(run.isWhole, true);
  assert.deepEqual(Object.keys(run.results), Object.keys(tables));
});

test('page and plots say what the committed numbers say', async () => {
  for (const [path, content] of Object.entries(await files(run, RESULTS))) {
    const committed = await readFile(path, 'utf8');
    assert.ok(committed === content, `${relative(process.cwd(), path)} is another: \`cargo xtask bench --render\` writes it anew`);
  }
});
