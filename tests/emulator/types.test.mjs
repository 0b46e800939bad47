// The published types, as strict projects see them: what they offer, what they refuse, and that each member says what it is.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEmulator, installed, packages } from './support.mjs';
import { given } from '../support/browser.mjs';

// The two newest major versions: that of this project's tools, and that of the apps'.
const compilers = { new: given('LOGINROCKET_TOOLS'), old: given('LOGINROCKET_APPS') };

for (const project of ['bundler', 'nodenext', 'commonjs', 'helpers']) {
  for (const [which, tools] of Object.entries(compilers)) {
    test(`the types hold in a strict project: ${project}, ${which} TypeScript`, () =>
      new Promise((resolve, reject) => {
        const options = { cwd: join(installed, 'types') };
        execFile(join(tools, 'node_modules/.bin/tsc'), ['--project', `tsconfig.${project}.json`], options, (error, stdout) =>
          error ? reject(new Error(stdout)) : resolve(),
        );
      }));
  }
}

const types = async () => readFile(join(packages, 'loginrocket-emulator/dist/index.d.ts'), 'utf8');

test('every member of the public types has a hover text', async () => {
  const lines = (await types()).split('\n');
  // Those of declarations; an object within a line is told of by the member that it belongs to.
  const isMember = (line) => /^\t(readonly )?(\w+\??:|\w+\(.*\): )/.test(line);
  assert.ok(lines.filter(isMember).length > 150);
  const bare = lines.filter((line, at) => isMember(line) && !lines[at - 1].endsWith('*/'));
  assert.deepEqual(bare, []);
  const functions = lines.filter((line, at) => /^export declare (const|class|function)/.test(line) && !lines[at - 1].endsWith('*/'));
  assert.deepEqual(functions, []);
});

test('the types name every setting that a realm has', async () => {
  const text = await types();
  const named = (name) => {
    const [, body] = new RegExp(`interface ${name} \\{([^]*?)\\n\\}`).exec(text);
    return [...body.matchAll(/^\treadonly (\w+):/gm)].map(([, member]) => member).sort();
  };
  const emulator = await createEmulator();
  const settings = await emulator.settings();
  await emulator.stop();
  assert.deepEqual(named('Assumptions'), Object.keys(settings.assumptions).sort());
  assert.deepEqual([...new Set(named('Settings'))].filter((name) => name in settings), Object.keys(settings).sort());
});
