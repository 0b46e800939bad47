// Where the package leads and where it does not: its place in each comparison, by the numbers alone.
import { ownCalls } from '../tables/call.mjs';
import { conditions } from '../tables/start.mjs';
import { ages } from '../tables/scale.mjs';
import { modes } from '../tables/storm.mjs';
import { OURS } from '../contenders/list.mjs';
import { PLAIN } from '../harness/clients.mjs';
import { kB, ms, count, us } from './format.mjs';

/**
 * Each comparison of a run: what is compared, who has what, and how a number is said. Less is better in all of them. Plain
 * `fetch` is in none, because it is the floor and no client. Of ours only `"."` is in them.
 */
export function comparisons({ size, start, call, verify, storm, scale }) {
  const all = [];
  const add = (words, say, entries) => {
    const known = entries.filter(
      ([name, value]) => value !== undefined && name !== PLAIN && !name.startsWith(`${OURS}/`),
    );
    if (known.length > 1 && known.some(([name]) => name === OURS)) all.push({ words, say, entries: known });
  };
  if (size)
    add(
      'Size, brotli',
      kB,
      size.rows.map((row) => [row.name, row.brotli]),
    );
  for (const { id, words } of start ? conditions : []) {
    const rows = start.rows.filter(({ condition }) => condition === id);
    add(
      `Start, ${words}`,
      ms,
      rows.map((row) => [row.client, row.ms.median]),
    );
  }
  if (call) {
    for (const method of new Set(call.own.map((row) => row.call))) {
      const rows = call.own.filter((row) => row.call === method);
      add(
        `Own cost of ${ownCalls.find(({ id }) => id === method).words}`,
        us,
        rows.map((row) => [row.client, row.us.median]),
      );
    }
    add(
      'A call on loopback, one after the other',
      ms,
      call.sequential.map((row) => [row.client, row.ms.median]),
    );
    add(
      `A call on loopback, ${call.concurrentCalls} at once`,
      ms,
      call.concurrent.map((row) => [row.client, row.ms.median]),
    );
  }
  if (verify?.rows)
    add(
      'Verifying a token',
      us,
      verify.rows.map((row) => [row.client, row.us.median]),
    );
  for (const { id, words } of storm ? modes : []) {
    const rows = storm.rows.filter(({ mode, failed }) => mode === id && !failed);
    add(
      `Storm, ${words}: requests`,
      count,
      rows.map((row) => [row.contender, row.requests]),
    );
  }
  if (scale) {
    const tabs = Math.max(...scale.rows.map((row) => row.tabs));
    const rows = scale.rows.filter((row) => row.tabs === tabs && !row.failed);
    add(
      `${tabs} tabs that wake up: requests`,
      count,
      rows.map((row) => [row.contender, row.requests]),
    );
    add(
      `${tabs} tabs that open one after the other: requests`,
      count,
      rows.map((row) => [row.contender, row.opening]),
    );
    for (const { id, words: age } of scale.restored ? ages : []) {
      const most = Math.max(...scale.restored.map((row) => row.tabs));
      const brought = scale.restored.filter((row) => row.age === id && row.tabs === most && !row.failed);
      add(
        `${most} tabs that open at once, ${age}: requests`,
        count,
        brought.map((row) => [row.contender, row.requests]),
      );
    }
  }
  return all;
}

/** Our place in a comparison: `leads` where nobody has less. */
export function place({ words, say, entries }) {
  const own = entries.find(([name]) => name === OURS)[1];
  const others = entries.filter(([name]) => name !== OURS).sort((a, b) => a[1] - b[1]);
  const [best, least] = others[0];
  const leads = own <= least;
  const equals = others.filter(([, value]) => value === own).map(([name]) => name);
  const better = others.filter(([, value]) => value < own).length;
  const factor = own > 0 && least > 0 ? own / least : undefined;
  return {
    words,
    leads,
    own: say(own),
    rank: better + 1,
    of: entries.length,
    best,
    least: say(least),
    equals,
    factor,
  };
}

/** The sentence of a place. */
export function sentence({ words, leads, own, rank, of, best, least, equals, factor }) {
  if (leads && equals.length > 0) return `**${words}**: ${own}, as ${list(equals)}, of ${of}.`;
  if (leads)
    return `**${words}**: ${own}, least of ${of}; next is ${best} with ${least}${timesAs(factor && 1 / factor)}.`;
  return `**${words}**: ${own}, in place ${rank} of ${of}; ${best} has ${least}: ours is ${factor ? `${factor.toFixed(2)} times that` : 'more'}.`;
}

const timesAs = (factor) => (factor ? `, ${factor.toFixed(2)} times as much` : '');

const list = (names) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
