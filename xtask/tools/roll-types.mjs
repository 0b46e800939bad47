// Rolls the emitted types up to one file for each entry.
// Usage: node roll-types.mjs EMITTED DIST, with the tools' folder in LOGINROCKET_TOOLS.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [emitted, dist] = process.argv.slice(2);
const tools = createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json'));
const load = (name) => import(pathToFileURL(tools.resolve(name)));
const { rollup } = await load('rollup');
const { dts } = await load('rollup-plugin-dts');

/** What an entry has in common with `index`, it takes from there: two declarations of a class are two types. */
const shared = {
  name: 'shared',
  resolveId: (source, importer) =>
    importer?.endsWith('external.d.ts') && ['./client', './public'].includes(source)
      ? { id: './index.js', external: true }
      : null,
};

for (const name of ['index', 'external']) {
  const bundle = await rollup({ input: join(emitted, `${name}.d.ts`), plugins: [shared, dts()] });
  await bundle.write({ file: join(dist, `${name}.d.ts`), format: 'es' });
  await bundle.close();
}
