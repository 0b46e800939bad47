// Rolls the emitted types up to one file for each entry.
// Usage: node roll-types.mjs EMITTED DIST, with the tools' folder in LOGINROCKET_TOOLS.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [emitted, dist] = process.argv.slice(2);
const { generateDtsBundle } = createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json'))('dts-bundle-generator');

const settings = join(emitted, 'tsconfig.json');
writeFileSync(
  settings,
  JSON.stringify({
    compilerOptions: { target: 'es2022', module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom', 'dom.iterable'] },
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

// What it has in common with `index`, the other entry takes from there: two declarations of a class are two types.
const external = readFileSync(join(emitted, 'external.d.ts'), 'utf8');
writeFileSync(join(dist, 'external.d.ts'), external.replaceAll(/'\.\/(?:client|public)'/g, "'./index.js'"));
