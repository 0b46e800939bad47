// Runs tables and writes what they say. Started by `cargo xtask bench`, which builds and starts what is measured.
//
//   node bench/run.mjs OUTPUT [--quick] [TABLE…]
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowser } from './harness/given.mjs';
import { machine, versions } from './harness/machine.mjs';
import { write } from './report/write.mjs';
import { tables } from './tables/list.mjs';

const [output, ...rest] = process.argv.slice(2);
const isQuick = rest.includes('--quick');
const chosen = rest.filter((word) => word !== '--quick');
const names = chosen.length > 0 ? chosen : Object.keys(tables);

const unknown = names.filter((name) => !(name in tables));
if (unknown.length > 0) {
  console.error(`there is no table ${unknown.join(', ')}: there are ${Object.keys(tables).join(', ')}`);
  process.exit(2);
}

const before = machine();
const began = new Date();
const results = {};
const failures = [];
let made;
for (const name of names) {
  const start = performance.now();
  process.stderr.write(`${name}…`);
  // Each table has a browser of its own, so that it starts from nothing.
  const browser = await startBrowser();
  try {
    made ??= versions(browser);
    results[name] = await tables[name].measure({ browser, isQuick });
  } catch (error) {
    // The other tables are still worth having.
    failures.push(`${name}: ${error.message}`);
  } finally {
    await browser.close();
  }
  process.stderr.write(` ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

const run = {
  date: began.toISOString(),
  isQuick,
  isWhole: chosen.length === 0 && !isQuick && failures.length === 0,
  seconds: Math.round((Date.now() - began) / 1000),
  machine: before,
  versions: made,
  results,
};
await mkdir(output, { recursive: true });
await writeFile(join(output, 'benchmarks.json'), `${JSON.stringify(run, null, 2)}\n`);
await write(run, output);

for (const failure of failures) console.error(`failed: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
