// How a page says what its code needs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, filesOf } from '../../xtask/docs/blocks.mjs';

const PAGE = `# A page

\`\`\`sh
npm install
\`\`\`

\`\`\`ts [src/a.ts]
export const a = 1
\`\`\`

<!-- app: plain -->
\`\`\`html [index.html]
<p>plain</p>
\`\`\`

<!-- not compiled: no compiler knows it -->
\`\`\`js
what?
\`\`\`

\`\`\`js
a
b
\`\`\`

<!-- given:
declare const a: number
declare const b: number
-->
`;

test('blocks have a language, a name, an app and the line of their code', () => {
  const { blocks } = blocksOf(PAGE);
  const told = blocks.map(({ language, file, app, line }) => [language, file, app, line]);
  assert.deepEqual(told, [
    ['sh', undefined, undefined, 4],
    ['ts', 'src/a.ts', undefined, 8],
    ['html', 'index.html', 'plain', 13],
    ['js', undefined, undefined, 18],
    ['js', undefined, undefined, 22],
  ]);
  assert.equal(blocks.at(-1).code, 'a\nb');
});

test('a comment exempts the block after it, with a reason, and no other', () => {
  const { blocks } = blocksOf(PAGE);
  assert.deepEqual(blocks.map(({ exempt }) => exempt).filter(Boolean), ['no compiler knows it']);
  assert.equal(blocks[3].exempt, 'no compiler knows it');
});

test('what a page gives holds for the page, wherever it stands', () => {
  assert.equal(blocksOf(PAGE).given, 'declare const a: number\ndeclare const b: number\n');
});

test('the files of one app are those with names and its comment', () => {
  assert.deepEqual(filesOf(PAGE), { 'src/a.ts': 'export const a = 1\n' });
  assert.deepEqual(filesOf(PAGE, 'plain'), { 'index.html': '<p>plain</p>\n' });
});
