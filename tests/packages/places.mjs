// Where the package runs, as the tests found: each test of a place notes that it passed, and the table in the README is
// made of the notes.
import { appendFileSync } from 'node:fs';
import { test } from 'node:test';

/** Longer than any of them takes on a busy machine, tools included. */
const LIMIT_MS = 180_000;

/**
 * Defines a test that proves that the package runs at a place: a cell of a table in the README, whose tables are `tool`,
 * `page` and `runtime`.
 */
export function runs(table, row, column, run) {
  test(`${row}: ${column}`, { timeout: LIMIT_MS }, async (t) => {
    await run(t);
    const file = process.env.LOGINROCKET_PLACES;
    if (file) appendFileSync(file, `${JSON.stringify({ table, row, column })}\n`);
  });
}
