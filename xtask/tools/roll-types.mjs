// Rolls the emitted types up to one file for each entry.
// Usage: node roll-types.mjs EMITTED DIST [ENTRY…], with the tools' folder in LOGINROCKET_TOOLS. Without entries they are those of
// the SDK.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [emitted, dist, ...entries] = process.argv.slice(2);
const { generateDtsBundle } = createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json'))('dts-bundle-generator');

const tools = join(process.env.LOGINROCKET_TOOLS, 'node_modules');
const settings = join(emitted, 'tsconfig.json');
writeFileSync(
  settings,
  JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
      types: entries.length > 0 ? ['node'] : [],
      typeRoots: [join(tools, '@types')],
      paths: { '@playwright/test': [join(tools, '@playwright/test/index.d.ts')] },
      skipLibCheck: true,
    },
    files: (entries.length > 0 ? entries : ['index']).map((entry) => `${entry}.d.ts`),
  }),
);
const roll = (entry) => {
  const [rolled] = generateDtsBundle(
    [{ filePath: join(emitted, `${entry}.d.ts`), noCheck: true, output: { noBanner: true, exportReferencedTypes: false } }],
    { preferredConfigPath: settings },
  );
  // With a private member a class would be a type of its own, which nothing that a test puts in its place could have.
  writeFileSync(join(dist, `${entry}.d.ts`), rolled.replaceAll(/^\s*#private;\n/gm, ''));
};

if (entries.length > 0) {
  entries.forEach(roll);
} else {
  roll('index');
  // What it has in common with `index`, the other entry takes from there: two declarations of a class are two types.
  const external = readFileSync(join(emitted, 'external.d.ts'), 'utf8');
  writeFileSync(join(dist, 'external.d.ts'), external.replaceAll(/'\.\/(?:client|public)'/g, "'./index.js'"));
}
