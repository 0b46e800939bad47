// Where the package runs, as the tests found: each test of a place notes that it passed, and its table is
// made of the notes.
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';

/** Older browsers are programs for Linux on one kind of processor: elsewhere what is known of them stays as it is. */
export const HAS_OLDER = process.platform === 'linux' && process.arch === 'x64';

/** Longer than any of them takes on a busy machine, tools included. */
const LIMIT_MS = 180_000;

// Files of tests run in processes of their own, at the same time on larger machines; the table is in the order in which the
// tests are written.
const file = basename(process.argv[1]);
let defined = 0;

/**
 * Defines a test that proves that the package runs at a place: a cell of a table of `docs/reference/where-it-runs.md`, whose tables are `tool`,
 * `page`, `older` and `runtime`.
 */
export function runs(table, row, column, run) {
  const order = defined++;
  test(`${row}: ${column}`, { timeout: LIMIT_MS }, async (t) => {
    await run(t);
    const notes = process.env.LOGINROCKET_PLACES;
    if (notes) appendFileSync(notes, `${JSON.stringify({ file, order, table, row, column })}\n`);
  });
}
