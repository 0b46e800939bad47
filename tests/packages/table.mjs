// Writes the table of where the package runs into its page, from what the tests of a run noted (places.mjs). Fails if
// the page said otherwise before, or if a place was not tried and nothing says why.
//
// Given from outside: LOGINROCKET_PLACES, the folder with the notes; LOGINROCKET_ENGINES, the installed ones.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { given } from '../support/browser.mjs';
import { HAS_OLDER } from './places.mjs';

const PAGES = ['docs/reference/where-it-runs.md'];
const BEGIN = '<!-- Where it runs: `cargo xtask test` writes this table from what its tests found. -->';
const END = '<!-- The end of what is written. -->';

/** Each table with its columns; without, how a place was tried is listed in one cell. */
const TABLES = {
  tool: { title: 'Made with', columns: ['development', 'production'] },
  page: { title: 'Without a tool', columns: ['Chromium', 'Firefox', 'WebKit'] },
  older: { title: 'Older browsers' },
  runtime: { title: 'Without a browser' },
};

/** Why a place was not tried. */
const REASONS = {
  'Rollup 4': { development: 'has no server for it' },
  'Plain http origin': { WebKit: 'not tried: its driver cannot name this machine' },
  'Background page of an extension': { Firefox: 'not tried', WebKit: 'has no such extensions' },
  'Schemes of shells: `capacitor:`, `ionic:`, `tauri:`, `app:`': {
    Chromium: 'not tried: has them in Electron alone',
    Firefox: 'is in no such shell',
  },
  'WebView at `https://localhost`': { Firefox: 'is in no such shell', WebKit: 'has a scheme in its place' },
};

const PROVEN = '✓';


// The engines first, so that what is special to one of them is at the end; within a layer, as the tests are written.
const notes = readdirSync(given('LOGINROCKET_PLACES'))
  .sort()
  .reverse()
  .flatMap((layer) => notesOf(join(given('LOGINROCKET_PLACES'), layer)));
const engines = given('LOGINROCKET_ENGINES').split(',');
const problems = [];

function notesOf(layer) {
  const lines = readFileSync(layer, 'utf8').trim().split('\n').filter(Boolean);
  const byFile = (one, other) => Number(one.file > other.file) - Number(one.file < other.file);
  return lines.map((line) => JSON.parse(line)).sort((one, other) => byFile(one, other) || one.order - other.order);
}

/** The rows of a table in the order of the tests, each with the columns that were proven. */
function rowsOf(table) {
  const rows = new Map();
  for (const note of notes.filter((note) => note.table === table)) {
    rows.set(note.row, [...(rows.get(note.row) ?? []), note.column]);
  }
  return rows;
}

/** A cell: proven, explained, or as it was where the engine is not installed. */
function cell(row, column, proven, before) {
  if (proven.includes(column)) return PROVEN;
  const reason = REASONS[row]?.[column];
  if (reason) return reason;
  const known = before.get(`${row}|${column}`);
  if (TABLES.page.columns.includes(column) && !engines.includes(column) && known) return known;
  problems.push(`nothing proves “${row}: ${column}”`);
  return 'not proven';
}

/** The cells of the present text, by row and column. */
function cellsOf(text) {
  const cells = new Map();
  let columns = [];
  for (const line of text.split('\n').filter((line) => line.startsWith('| '))) {
    const [first, ...rest] = line.slice(2, -2).split(' | ');
    if (Object.values(TABLES).some(({ title }) => title === first)) columns = rest;
    else rest.forEach((content, index) => cells.set(`${first}|${columns[index]}`, content));
  }
  return cells;
}

function render(before) {
  return Object.entries(TABLES)
    .map(([table, { title, columns }]) => {
      const rows = rowsOf(table);
      for (const [place, content] of table === 'older' && !HAS_OLDER ? before : []) {
        const [, name] = /^(Chromium \d+)\|by$/.exec(place) ?? [];
        if (name) rows.set(name, [content]);
      }
      if (rows.size === 0) problems.push(`nothing proves any place “${title}”`);
      // What only an engine shows that is not installed stays as well.
      for (const [place, content] of before) {
        const [name, column] = place.split('|');
        const isKept = content === PROVEN && columns?.includes(column) && TABLES.page.columns.includes(column);
        if (isKept && !engines.includes(column) && !rows.has(name)) rows.set(name, []);
      }
      const line = (cells) => `| ${cells.join(' | ')} |`;
      const body = [...rows].map(([row, proven]) =>
        line([row, ...(columns?.map((column) => cell(row, column, proven, before)) ?? [proven.join(', ')])]),
      );
      const head = [title, ...(columns ?? ['by'])];
      return [line(head), line(head.map(() => '---')), ...body].join('\n');
    })
    .join('\n\n');
}

for (const name of PAGES) {
  const page = readFileSync(name, 'utf8');
  const [head, rest] = page.split(BEGIN);
  const [before, tail] = rest?.split(END) ?? [];
  if (tail === undefined) {
    problems.push(`${name} has no place for the table`);
    continue;
  }
  const written = `${head}${BEGIN}\n\n${render(cellsOf(before))}\n\n${END}${tail}`;
  if (written === page) continue;
  writeFileSync(name, written);
  problems.push(`${name} said otherwise: it is written anew, look at it and commit it`);
}

for (const problem of new Set(problems)) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
