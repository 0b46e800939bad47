// Minifies a bundled script in its place.
// Usage: node minify.mjs SCRIPT FORMAT, where FORMAT is esm or iife; with the tools' folder in LOGINROCKET_TOOLS.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [script, format] = process.argv.slice(2);
const { minifySync } = createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json'))('@swc/core');

const { code } = minifySync(readFileSync(script, 'utf8'), {
  module: format === 'esm',
  ecma: 2022,
  mangle: { toplevel: format === 'esm' },
  compress: {
    ecma: 2022,
    passes: 3,
    toplevel: format === 'esm',
    // What an app gives may have getters that throw, lie or do something: each is read where the source says, and once.
    pure_getters: false,
    // Statements instead of expressions: the same after brotli, and engines tell better where something happened.
    conditionals: false,
  },
  // A classic script may be read in any encoding; `bundle.rs` checks it.
  format: { asciiOnly: true, comments: false },
});
writeFileSync(script, code);
