// What the simulated fleet left behind: a table and a plot of the large one, or what the small one printed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads either. */
export function readFleet(folder) {
  const large = join(folder, 'fleet.md');
  if (!existsSync(large)) return fromWords(readFileSync(join(folder, 'fleet.txt'), 'utf8'));
  return { ...fromTable(readFileSync(large, 'utf8')), svg: readFileSync(join(folder, 'fleet.svg'), 'utf8') };
}

/** `| what happens | mean | away | peak | ratio |`, below a sentence that begins with how many pages there were. */
export function fromTable(text) {
  const rows = text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 7 && /^[\d.]+$/.test(cells[2]))
    .map(([, what, ...numbers]) => row(what, numbers));
  return { pages: Number(/^(\d+) pages/m.exec(text)?.[1]), rows };
}

/** `outage: mean 13.6, away 70, peak 68: 4.9`. */
export function fromWords(text) {
  const lines = [...text.matchAll(/^(.*): mean ([\d.]+), away ([\d.]+), peak ([\d.]+): ([\d.]+)$/gm)];
  return { pages: undefined, rows: lines.map(([, what, ...numbers]) => row(what, numbers)) };
}

function row(what, numbers) {
  const [mean, away, peak, ratio] = numbers.map(Number);
  return { what, mean, away, peak, ratio };
}
