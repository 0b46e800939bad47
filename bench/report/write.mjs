// Writes what a reader sees of a run: the page, and its plots beside the numbers.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modes } from '../tables/storm.mjs';
import { page } from './page.mjs';
import { bars, lines } from './plot.mjs';
import { scores } from './storm.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the page of the committed run is. */
export const PAGE = join(root, 'docs/internals/benchmarks.md');

/** Where the committed run is. */
export const RESULTS = join(root, 'bench/results');

/** Every file of a run but its numbers, by path. A run into `RESULTS` is what the documentation shows. */
export async function files(run, output) {
  const gaps = JSON.parse(await readFile(join(root, 'bench/gaps.json'), 'utf8'));
  const isPublished = join(output) === join(RESULTS);
  return {
    ...Object.fromEntries(Object.entries(plots(run.results)).map(([name, svg]) => [join(output, name), svg])),
    [join(output, 'benchmarks.md')]: page(run, { plots: '.', gaps }),
    ...(isPublished && { [PAGE]: page(run, { plots: '../../bench/results', gaps }) }),
  };
}

/** Writes them. */
export async function write(run, output) {
  for (const [path, content] of Object.entries(await files(run, output))) await writeFile(path, content);
}

function plots({ storm, scale, growth }) {
  return {
    ...(storm && { 'storm.svg': stormPlot(storm) }),
    ...(scale?.fleet?.svg && { 'fleet.svg': scale.fleet.svg }),
    ...(growth && { 'growth.svg': growthPlot(growth) }),
  };
}

function stormPlot({ callers, windowMs, rows }) {
  const note = (row) => {
    if (row.kept === false) return 'session lost';
    return row.boundedMs === undefined ? `pending after ${windowMs / 1000} s` : undefined;
  };
  return bars({
    title: `Requests of ${callers} callers with an expired session`,
    series: modes.map(({ words }) => words),
    groups: scores({ callers, rows }).map(([name]) => ({
      name,
      values: modes.map(({ id }) => {
        const row = rows.find((each) => each.contender === name && each.mode === id);
        return row.failed ? {} : { value: row.requests, note: note(row) };
      }),
    })),
  });
}

function growthPlot({ callers }) {
  const names = [...new Set(callers.map(({ client }) => client))];
  return lines({
    title: 'Processor time until all callers have a token, in milliseconds',
    xLabel: 'callers at the same moment',
    series: names.map((name) => ({
      name,
      points: callers.filter(({ client }) => client === name).map(({ count, taskMs }) => [count, taskMs]),
    })),
  });
}
