// What is published: exactly these files, and nothing in them that tells where or by whom they were made.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { installed } from './support.mjs';

const published = [
  'LICENSE-APACHE',
  'LICENSE-MIT',
  'README.md',
  'THIRD-PARTY-LICENSES.md',
  'dist/index.cjs',
  'dist/index.d.cts',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/integrity.json',
  'dist/loginrocket.wasm',
  'dist/slim.d.ts',
  'dist/slim.js',
  'package.json',
];

const files = readdirSync(installed, { recursive: true })
  .map((name) => join(installed, name))
  .filter((path) => statSync(path).isFile());

/** The WebAssembly modules that a script compiles, as texts in which paths and tokens can be looked for. */
async function wasmIn(script) {
  const file = join(installed, script);
  const isCommonJs = script.endsWith('.cjs');
  const { LoginRocket } = isCommonJs ? createRequire(file)(file) : await import(pathToFileURL(file).href);
  const { Module } = WebAssembly;
  const compiled = [];
  WebAssembly.Module = class extends Module {
    constructor(bytes) {
      super(bytes);
      compiled.push(Buffer.from(bytes).toString('latin1'));
    }
  };
  try {
    new LoginRocket();
  } finally {
    WebAssembly.Module = Module;
  }
  assert.equal(compiled.length, 2, `what ${script} compiles is not the module and the one that unpacks it`);
  return compiled;
}

const texts = new Map(files.map((path) => [relative(installed, path), readFileSync(path, 'latin1')]));
const [unpacker, wasm] = await wasmIn('dist/index.js');
texts.set('the WebAssembly module', wasm);
texts.set('the module that unpacks it', unpacker);

test('the tarball holds exactly the files that are meant to be published', () => {
  assert.deepEqual(files.map((path) => relative(installed, path)).sort(), published);
});

test('whose code is inside is told, with the licences that want to be told', () => {
  const notices = texts.get('THIRD-PARTY-LICENSES.md');
  for (const name of ['the Rust standard library', 'wasm-bindgen', 'js-sys', 'serde', 'talc', 'foldhash']) {
    assert.match(notices, new RegExp(`^\\| ${name} \\| \\d+\\.\\d+\\.\\d+ \\| .+ \\|$`, 'm'), name);
    assert.match(notices, new RegExp(`^## (.+, )?${name}(, .+)?$`, 'm'), name);
  }
  for (const words of ['Permission is hereby granted', 'The Rust Project Developers', 'UNICODE LICENSE V3']) {
    assert.ok(notices.includes(words), words);
  }
});

test('the package depends on nothing and runs nothing when it is installed', () => {
  const manifest = JSON.parse(texts.get('package.json'));
  for (const member of ['dependencies', 'peerDependencies', 'optionalDependencies', 'scripts', 'bin']) {
    assert.equal(manifest[member], undefined, member);
  }
});

test('every entry gets the same WebAssembly module', async () => {
  assert.ok(wasm.startsWith('\0asm'));
  assert.deepEqual(await wasmIn('dist/index.cjs'), [unpacker, wasm]);
  assert.equal(texts.get('dist/loginrocket.wasm'), wasm);
});

test('the digests are those of the files', () => {
  const digests = JSON.parse(texts.get('dist/integrity.json'));
  assert.deepEqual(Object.keys(digests), ['index.js', 'loginrocket.wasm', 'slim.js']);
  for (const [name, digest] of Object.entries(digests)) {
    const bytes = readFileSync(join(installed, 'dist', name));
    assert.equal(digest, `sha384-${createHash('sha384').update(bytes).digest('base64')}`, name);
  }
});

test('no file tells where it was built', () => {
  const paths = [process.cwd(), homedir() + '/', '/.cargo/', '/.rustup/', 'registry/src', '/home/', '/root/', '/Users/'];
  for (const [name, text] of texts) {
    for (const path of paths) assert.ok(!text.includes(path), `${name} contains ${path}`);
  }
});

test('no file holds anything that looks like a secret', () => {
  const secrets = [
    /\b(?:ks|ko|key|kss|jsk)_[0-9A-Za-z]{22}\b/, // API keys, session ids, signing secrets: contract §0
    /\b(?:tpw|tve|tue|tmf):[0-9A-Za-z]{8,}/, // one-time tokens
    /\beyJ[\w-]{10,}\.[\w-]{10,}\./, // JWTs
    /-----BEGIN [A-Z ]*KEY-----/,
  ];
  for (const [name, text] of texts) {
    for (const secret of secrets) assert.doesNotMatch(text, secret, name);
  }
});
