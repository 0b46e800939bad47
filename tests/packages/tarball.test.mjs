// What is published: exactly these files, and nothing in them that tells where or by whom they were made.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { installed } from './support.mjs';

const published = [
  'LICENSE-APACHE',
  'LICENSE-MIT',
  'README.md',
  'THIRD-PARTY-LICENSES.md',
  'dist/external.d.ts',
  'dist/external.js',
  'dist/index.cjs',
  'dist/index.d.cts',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/integrity.json',
  'dist/loginrocket.global.js',
  'dist/loginrocket.wasm',
  'package.json',
];

const files = readdirSync(installed, { recursive: true })
  .map((name) => join(installed, name))
  .filter((path) => statSync(path).isFile());

/** The WebAssembly module that a script compiles, as a text in which paths and tokens can be looked for. */
async function wasmIn(script) {
  const LoginRocket = await load(join(installed, script));
  const { Module } = WebAssembly;
  const compiled = [];
  WebAssembly.Module = class extends Module {
    constructor(bytes) {
      super(bytes);
      compiled.push(Buffer.from(bytes).toString('latin1'));
    }
  };
  try {
    new LoginRocket({ environment: 'browser' });
  } finally {
    WebAssembly.Module = Module;
  }
  assert.equal(compiled.length, 1, `what ${script} compiles is more or less than the module`);
  return compiled[0];
}

/** The client, from a script of any kind. */
async function load(file) {
  if (file.endsWith('.cjs')) return createRequire(file)(file).LoginRocket;
  if (!file.endsWith('.global.js')) return (await import(pathToFileURL(file).href)).LoginRocket;
  runInThisContext(readFileSync(file, 'utf8'));
  return globalThis.LoginRocket;
}

const texts = new Map(files.map((path) => [relative(installed, path), readFileSync(path, 'latin1')]));
const wasm = await wasmIn('dist/index.js');
texts.set('the WebAssembly module', wasm);

test('the tarball holds exactly the files that are meant to be published', () => {
  assert.deepEqual(files.map((path) => relative(installed, path)).sort(), published);
});

test('whose code is inside is told, with the licences that want to be told', () => {
  const notices = texts.get('THIRD-PARTY-LICENSES.md');
  for (const name of ['the Rust standard library', 'wasm-bindgen', 'zeroize', 'foldhash']) {
    assert.match(notices, new RegExp(`^\\| ${name} \\| \\d+\\.\\d+\\.\\d+ \\| .+ \\|$`, 'm'), name);
    assert.match(notices, new RegExp(`^## (.+, )?${name}(, .+)?$`, 'm'), name);
  }
  // What other features of the crate bring is not in the package.
  for (const name of ['js-sys', 'web-sys', 'talc', 'gloo-net', 'ring', 'serde', 'serde_json']) assert.ok(!notices.includes(`| ${name} |`), name);
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
  for (const script of ['dist/index.cjs', 'dist/loginrocket.global.js']) assert.equal(await wasmIn(script), wasm, script);
  assert.equal(texts.get('dist/loginrocket.wasm'), wasm);
});

test('the digests are those of all files but their own', () => {
  const digests = JSON.parse(texts.get('dist/integrity.json'));
  const dist = published.filter((name) => name.startsWith('dist/') && name !== 'dist/integrity.json');
  assert.deepEqual(Object.keys(digests), dist.map((name) => name.slice('dist/'.length)));
  for (const [name, digest] of Object.entries(digests)) {
    const bytes = readFileSync(join(installed, 'dist', name));
    assert.equal(digest, `sha384-${createHash('sha384').update(bytes).digest('base64')}`, name);
  }
});

test('scripts are printable ASCII, which is the same in whatever encoding a page has them read', () => {
  // Also those that are modules, of which some bundlers make scripts of the older kind.
  const scripts = published.filter((name) => /^dist\/.+\.c?js$/.test(name));
  assert.equal(scripts.length, 4);
  for (const name of scripts) assert.equal(/[^ -~\n]/.exec(texts.get(name)), null, name);
});

test('the script for script elements makes one global with all that the package exports', async () => {
  const file = join(installed, 'dist/loginrocket.global.js');
  delete globalThis.LoginRocket;
  const before = Object.keys(globalThis);
  const own = await load(file);
  assert.deepEqual(Object.keys(globalThis).filter((name) => !before.includes(name)), ['LoginRocket']);
  const { LoginRocket, default: byDefault, ...others } = await import(pathToFileURL(join(installed, 'dist/index.js')).href);
  assert.deepEqual([own.name, byDefault], ['LoginRocket', LoginRocket]);
  for (const [name, value] of Object.entries(others)) assert.equal(typeof own[name], typeof value, name);
  assert.deepEqual([own.VERSION, new own.AccessDenied('x', 'access_denied') instanceof own.LoginRocketError], [LoginRocket.VERSION, true]);
});

test('no file tells where it was built', () => {
  const paths = [process.cwd(), homedir() + '/', '/.cargo/', '/.rustup/', 'registry/src', '/home/', '/root/', '/Users/'];
  for (const [name, text] of texts) {
    for (const path of paths) assert.ok(!text.includes(path), `${name} contains ${path}`);
  }
});

test('no file holds anything that looks like a secret', () => {
  const secrets = [
    /\b(?:ks|ko|key|kss|jsk)_[0-9A-Za-z]{22}\b/, // API keys, session ids, signing secrets: protocol.md#identifiers
    /\b(?:tpw|tve|tue|tmf):[0-9A-Za-z]{8,}/, // one-time tokens
    /\beyJ[\w-]{10,}\.[\w-]{10,}\./, // JWTs
    /-----BEGIN [A-Z ]*KEY-----/,
  ];
  for (const [name, text] of texts) {
    for (const secret of secrets) assert.doesNotMatch(text, secret, name);
  }
});
