import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundles, contenders, OURS, REFERENCE, TWIN } from '../contenders/list.mjs';
import { digits, spread, table, ms, kB } from '../report/format.mjs';
import { bars, lines } from '../report/plot.mjs';
import { comparisons, place, sentence } from '../report/standing.mjs';
import { isRight, scores } from '../report/storm.mjs';
import { judge, targets } from '../report/targets.mjs';

const compare = (...entries) => place({ words: 'Size', say: kB, entries });

test('whoever has least leads', () => {
  const own = compare([OURS, 20_000], ['other', 30_000]);
  assert.equal(own.leads, true);
  assert.match(sentence(own), /20\.0 kB, least of 2; next is other with 30\.0 kB, 1\.50 times as much/);
});

test('being beaten is said with by whom and by how much', () => {
  const own = compare(['large', 90_000], [OURS, 30_000], ['small', 10_000]);
  assert.equal(own.leads, false);
  assert.match(sentence(own), /30\.0 kB, in place 2 of 3; small has 10\.0 kB: ours is 3\.00 times that/);
});

test('being equal to others is no victory over them', () => {
  assert.match(sentence(compare([OURS, 1_000], ['one', 1_000], ['two', 2_000])), /1\.0 kB, as one, of 3/);
});

test('what was not measured is compared with nothing', () => {
  assert.deepEqual(comparisons({}), []);
  assert.deepEqual(
    comparisons({
      size: {
        rows: [
          { name: OURS, missing: 'not in this build' },
          { name: 'a', brotli: 1 },
        ],
      },
    }),
    [],
  );
});

test('a target at its limit is met, and one byte more misses it', () => {
  const size = targets.find(({ id }) => id === 'size');
  const run = (brotli) => ({ size: { rows: [{ name: OURS, brotli }] } });
  assert.equal(judge(size, run(size.most)).verdict, 'met');
  assert.equal(judge(size, run(size.most + 1)).verdict, 'missed');
  assert.equal(judge(size, {}).verdict, 'not measured');
});

test('every target is left open by a run in which nothing was measured', () => {
  for (const target of targets) assert.equal(judge(target, {}).verdict, 'not measured', target.id);
  assert.equal(new Set(targets.map(({ id }) => id)).size, targets.length);
});

test('tabs that could not be driven meet no target', () => {
  const opening = targets.find(({ id }) => id === 'opening-tabs');
  const row = { contender: OURS, tabs: 2, requests: 1, opening: 0 };
  const run = (restored) => ({ scale: { rows: [row], restored: [restored] } });
  assert.equal(judge(opening, run(row)).verdict, 'met');
  assert.equal(judge(opening, run({ ...row, requests: 2 })).verdict, 'missed');
  assert.equal(judge(opening, run({ contender: OURS, tabs: 2, failed: 'no page' })).verdict, 'missed');
});

test('whoever opens tabs one after the other is judged, too', () => {
  const opening = targets.find(({ id }) => id === 'opening-tabs');
  const rows = [{ contender: OURS, tabs: 2, requests: 1, opening: 2 }];
  assert.equal(judge(opening, { scale: { rows, restored: [] } }).value, 2);
});

test('the axios client is compared with its twin beside it', () => {
  for (const list of [bundles, contenders]) {
    const names = list.map(({ name }) => name);
    assert.ok(names.includes(REFERENCE) && names.includes(TWIN));
  }
});

const right = {
  ok: { requests: 1, settled: 50, fine: 50, boundedMs: 5, kept: true },
  limited: { requests: 1, settled: 50, fine: 0, boundedMs: 5, kept: true, tooEarly: 0 },
  unavailable: { requests: 1, settled: 50, fine: 0, boundedMs: 5, kept: true },
  silent: { requests: 1, settled: 50, fine: 0, boundedMs: 10_000, kept: true },
};

test('a storm is handled right only without a flaw', () => {
  for (const [mode, row] of Object.entries(right))
    assert.equal(isRight({ mode, ...row }, 50), true, mode);
  const flaws = [
    ['ok', { requests: 2 }],
    ['ok', { fine: 49 }],
    ['limited', { tooEarly: 1 }],
    ['limited', { kept: false }],
    ['unavailable', { requests: 6 }],
    ['unavailable', { kept: false }],
    ['silent', { boundedMs: undefined }],
  ];
  for (const [mode, flaw] of flaws) {
    assert.equal(
      isRight({ mode, ...right[mode], ...flaw }, 50),
      false,
      `${mode} ${JSON.stringify(flaw)}`,
    );
  }
});

test('whoever keeps no session cannot lose it', () => {
  assert.equal(isRight({ mode: 'unavailable', ...right.unavailable, kept: null }, 50), true);
});

test('a contender that could not be driven is not called right or wrong', () => {
  const row = { mode: 'ok', contender: 'other', failed: 'no such method' };
  assert.equal(isRight(row, 50), undefined);
  assert.deepEqual(scores({ callers: 50, rows: [row, { mode: 'ok', contender: OURS, ...right.ok }] }), [
    [OURS, 1],
    ['other', 0],
  ]);
});

test('numbers have three digits that mean something', () => {
  assert.deepEqual([0, 0.01234, 1.5, 12.34, 123.4, 5000].map(digits), [
    '0',
    '0.0123',
    '1.5',
    '12.3',
    '123',
    '5000',
  ]);
  assert.equal(ms(1234), '1.23 s');
  assert.equal(spread({ median: 12.1, lower: 11, upper: 13.26 }, ms), '12.1 ms (11–13.3)');
});

test('a cell cannot break its table', () => {
  assert.equal(table(['a', '>b'], [['x|y', 1]]), '| a | b |\n| --- | --: |\n| x\\|y | 1 |');
});

test('plots are drawn of one value as of many', () => {
  for (const plot of [
    bars({ title: 'a < b', series: ['s'], groups: [{ name: 'g', values: [{ value: 1 }] }] }),
    bars({
      title: 'a < b',
      series: ['s', 't'],
      groups: [{ name: 'g', values: [{ value: 50, note: 'lost' }, {}] }],
    }),
    lines({
      title: 'a < b',
      xLabel: 'x',
      series: [
        {
          name: 's',
          points: [
            [1, 3],
            [10_000, 300],
          ],
        },
      ],
    }),
    lines({ title: 'a < b', xLabel: 'x', series: [{ name: 's', points: [[1, 1]] }] }),
  ]) {
    assert.ok(plot.startsWith('<svg') && plot.includes('a &#60; b') && !/NaN|Infinity|undefined/.test(plot), plot);
  }
});
