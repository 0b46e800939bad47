import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alternate, quantile, ratio, summary } from '../harness/statistics.mjs';

test('a median of an even number of samples lies between the two in the middle', () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([7], 0.5), 7);
  assert.throws(() => quantile([], 0.5), RangeError);
});

test('one sample that went wrong moves no median', () => {
  assert.deepEqual(summary([10, 11, 12, 13, 9_000]), { median: 12, lower: 11, upper: 13, samples: 5 });
  assert.equal(ratio(summary([6]), summary([3])), 2);
});

test('samples are left in the order in which they came', () => {
  const samples = [3, 1, 2];
  quantile(samples, 0.5);
  assert.deepEqual(samples, [3, 1, 2]);
});

test('clients take turns, and nobody is always first', async () => {
  const taken = [];
  const samples = await alternate(['a', 'b', 'c'], 2, async (name, round) => {
    taken.push(name);
    return round;
  });
  assert.deepEqual(taken, ['a', 'b', 'c', 'c', 'b', 'a']);
  assert.deepEqual(samples, { a: [0, 1], b: [0, 1], c: [0, 1] });
});
