// The package's targets, and whether a run met them. `bench/gaps.json` says why one is missed, by its `id`.
import { OURS, REFERENCE } from '../contenders/list.mjs';
import { isRight } from './storm.mjs';
import { bytes, count, kB, times } from './format.mjs';

const sizeOf = (name) => (run) => run.size?.rows.find((row) => row.name === name)?.brotli;
const startRatio = (condition) => (run) =>
  run.start?.rows.find((row) => row.condition === condition && row.client === OURS)?.ratio;
const ownRatio = (call) => (run) => run.call?.own.find((row) => row.call === call && row.client === OURS)?.ratio;

const memory = (member) => (run) => {
  const rows = run.memory?.rows.filter(({ client }) => client === OURS);
  return rows && rows.at(-1)[member] - rows[0][member];
};

/** What one more call leaves in JavaScript's memory. */
const heapPerCall = (run) => {
  const rows = run.memory?.rows.filter(({ client }) => client === OURS);
  return rows && Math.max(0, (rows.at(-1).heapBytes - rows[0].heapBytes) / (rows.at(-1).calls - rows[0].calls));
};

const left = (run) => {
  const after = run.memory?.disposed.after;
  return after && after.listeners + after.timers + after.channels + after.locks;
};

const wrongModes = (run) =>
  run.storm?.rows.filter((row) => row.contender === OURS && !isRight(row, run.storm.callers)).length;

/** The most requests of ours in any row. A row that could not be driven counts as missed. */
const mostRequests = (rows, member = 'requests') =>
  Math.max(...rows.filter(({ contender }) => contender === OURS).map((row) => (row.failed ? Infinity : row[member])));

const wakingRequests = ({ scale }) => scale && mostRequests(scale.rows);

/** Of tabs that open one after the other, and of those that open all at once. */
const openingRequests = ({ scale }) =>
  scale?.restored && Math.max(mostRequests(scale.restored), mostRequests(scale.rows, 'opening'));

/** Each target: what is measured, the most it may be, and how the number is said. */
export const targets = [
  { id: 'size', words: 'Size of `"."`, brotli', most: 44_000, say: kB, read: sizeOf(OURS) },
  {
    id: 'import',
    words: `Import → ready, against the ${REFERENCE}`,
    most: 1,
    say: times,
    read: startRatio('import'),
  },
  {
    id: 'slow-4g',
    words: `Navigation → ready on slow 4G, against the ${REFERENCE}`,
    most: 1.2,
    say: times,
    read: startRatio('navigationSlow4g'),
  },
  {
    id: 'own-cost',
    words: 'Own cost of a call, service stubbed, against plain `fetch`',
    most: 2,
    say: times,
    read: ownRatio('forgotPassword'),
  },
  {
    id: 'own-cost-login',
    words: 'The same of a call that changes the session',
    most: 3.5,
    say: times,
    read: ownRatio('login'),
  },
  {
    id: 'verify',
    words: 'Verifying a token, against jose',
    most: 1,
    say: times,
    read: (run) => run.verify?.rows?.find(({ client }) => client === OURS)?.ratio,
  },
  {
    id: 'wasm-growth',
    words: 'Pages of WebAssembly memory that calls add',
    most: 0,
    say: count,
    read: memory('wasmPages'),
  },
  {
    id: 'heap-growth',
    words: "What a call leaves in JavaScript's memory",
    most: 1,
    say: bytes,
    read: heapPerCall,
  },
  {
    id: 'disposed',
    words: 'Listeners, timers, channels and locks left after `dispose()`',
    most: 0,
    say: count,
    read: left,
  },
  {
    id: 'storm',
    words: 'Modes of the service in which a storm is not handled right',
    most: 0,
    say: count,
    read: wrongModes,
  },
  {
    id: 'tabs',
    words: 'Requests of any number of tabs that wake up with an expired token',
    most: 1,
    say: count,
    read: wakingRequests,
  },
  {
    id: 'opening-tabs',
    words: 'Requests of any number of tabs that open, one after the other or all at once',
    most: 1,
    say: count,
    read: openingRequests,
  },
];

/** `met`, `missed`, or `not measured`. */
export function judge({ most, read }, results) {
  const value = read(results);
  if (value === undefined) return { verdict: 'not measured' };
  return { value, verdict: value <= most ? 'met' : 'missed' };
}
