// What is committed is what was measured: page and plots are those that the numbers give.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { PARTS } from '../report/page.mjs';
import { files, RESULTS } from '../report/write.mjs';
import { judge, targets } from '../report/targets.mjs';
import { OURS } from '../contenders/list.mjs';
import { tables } from '../tables/list.mjs';

const run = JSON.parse(await readFile(join(RESULTS, 'benchmarks.json'), 'utf8'));

test('the committed run has every table', () => {
  assert.deepEqual(Object.keys(run.results), Object.keys(tables));
});

test('page and plots say what the committed numbers say', async () => {
  for (const [path, content] of Object.entries(await files(run, RESULTS))) {
    const isSame = (await readFile(path, 'utf8')) === content;
    assert.ok(isSame, `${relative(process.cwd(), path)} is another: \`cargo xtask bench --render\` writes it anew`);
  }
});

const gaps = JSON.parse(await readFile(new URL('../gaps.json', import.meta.url), 'utf8'));

test('every target that the committed run misses has a reason', () => {
  for (const target of targets) {
    if (judge(target, run.results).verdict === 'missed') assert.ok(gaps[target.id], `${target.id} has none in gaps.json`);
  }
});

test('a README that says what the package weighs says what was measured', async () => {
  const { brotli } = run.results.size.rows.find(({ name }) => name === OURS);
  for (const readme of ['README.md', 'pkg/README.md']) {
    const text = await readFile(new URL(`../../${readme}`, import.meta.url), 'utf8');
    for (const [said, kB] of text.matchAll(/(\d+) kB with brotli/g))
      assert.equal(Number(kB), Math.round(brotli / 1000), `${readme}: ${said}`);
  }
});

test('a reason is given for targets only, in sentences that the page shows', () => {
  const ids = targets.map(({ id }) => id);
  for (const [id, gap] of Object.entries(gaps)) {
    assert.ok(ids.includes(id), id);
    assert.ok(gap.why.length > 0, id);
    for (const [part, sentences] of Object.entries(gap)) {
      assert.ok(part === 'why' || part in PARTS, `${id}: ${part}`);
      for (const sentence of sentences) assert.match(sentence, /^[A-Z].*\.$/);
    }
  }
});
