// The pages on the emulator and on testing show what is run: each of their examples is part of a project here.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';

const read = (path) => readFile(new URL(path, import.meta.url), 'utf8');
/** Indentation and empty lines differ where an example is part of something. */
const plain = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean).join('\n');

test('every example of the pages is part of a project that is run', async () => {
  const pages = await Promise.all(['reference/emulator', 'guide/testing'].map((name) => read(`../../docs/${name}.md`)));
  const examples = [...pages.join('\n').matchAll(/^```js\n(.*?)^```$/gms)].map(([, example]) => plain(example));
  const users = (await readdir(new URL('users/', import.meta.url), { recursive: true })).filter((name) => /\.c?js$/.test(name));
  const programs = await Promise.all([...users.map((name) => `users/${name}`), 'hosts.test.mjs'].map(read));
  assert.ok(examples.length >= 9);
  for (const example of examples) {
    assert.ok(programs.some((program) => plain(program).includes(example)), `nothing runs this:\n${example}`);
  }
});
