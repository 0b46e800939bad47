// What an app's bundle grows by: each client alone, bundled and minified by the same esbuild.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, sizes } from '../harness/bundle.mjs';
import { given } from '../harness/given.mjs';
import { bundles } from '../contenders/list.mjs';

export async function measure() {
  const rows = [];
  for (const { name, what, contents, alias, asset } of bundles) {
    if (asset && !exportOf(`./${asset}`)) {
      rows.push({ name, what, missing: 'not in this build' });
      continue;
    }
    const files = [sizes(await bundle({ contents, alias }))];
    if (asset) files.push(sizes(wasmFile()));
    rows.push({ name, what, ...sum(files) });
  }
  return { rows };
}

const folder = () => join(given('LOGINROCKET_INSTALLED'), 'node_modules/loginrocket-wasm');

const manifest = () => JSON.parse(readFileSync(join(folder(), 'package.json')));

const exportOf = (name) => manifest().exports[name];

/** The `.wasm` file of the external entry. */
export function wasmFile() {
  const path = Object.values(manifest().exports)
    .flatMap((target) => (typeof target === 'string' ? [target] : []))
    .find((target) => target.endsWith('.wasm'));
  if (!path) throw new Error('the package exports no .wasm');
  return readFileSync(join(folder(), path));
}

/** Whether this build has the external entry. */
export const hasExternal = () => Boolean(exportOf('./external'));

const sum = (files) =>
  Object.fromEntries(
    ['raw', 'gzip', 'brotli'].map((kind) => [kind, files.reduce((all, file) => all + file[kind], 0)]),
  );
