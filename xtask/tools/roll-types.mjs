// Rolls the emitted types up to one file for each entry.
// Usage: node roll-types.mjs EMITTED DIST [ENTRY…], with the tools' folder in LOGINROCKET_TOOLS.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [emitted, dist, ...others] = process.argv.slice(2);
const { generateDtsBundle } = createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json'))('dts-bundle-generator');

const settings = join(emitted, 'tsconfig.json');
writeFileSync(
  settings,
  JSON.stringify({
    compilerOptions: { target: 'es2022', module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'], types: [] },
    files: ['index.d.ts'],
  }),
);
const entry = {
  filePath: join(emitted, 'index.d.ts'),
  noCheck: true,
  output: { noBanner: true, exportReferencedTypes: false },
};
const [rolled] = generateDtsBundle([entry], { preferredConfigPath: settings });
// With a private member a class would be a type of its own, which nothing that a test puts in its place could have.
writeFileSync(join(dist, 'index.d.ts'), rolled.replaceAll(/^\s*#private;\n/gm, ''));

// What they have in common with `index`, the other entries take from there: two declarations of a class are two types.
for (const entry of others) {
  const types = readFileSync(join(emitted, `${entry}.d.ts`), 'utf8');
  writeFileSync(join(dist, `${entry}.d.ts`), types.replaceAll(/'\.\/(?:client|public|types)'/g, "'./index.js'"));
}
