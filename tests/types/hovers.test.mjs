// What an editor shows over a name: the language service is asked, as an editor asks it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

const installed = process.env.LOGINROCKET_INSTALLED;
const ts = createRequire(join(process.env.LOGINROCKET_APPS, 'package.json'))('typescript');

const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
  strict: true,
};
const FILE = join(installed, 'hovered.ts');

/** A language service over one file of an app. */
function serviceOf(text) {
  const host = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const content = name === FILE ? text : ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => installed,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  };
  return ts.createLanguageService(host);
}

const APP = `import { LoginRocket } from 'loginrocket-wasm'
const lr = new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/', /*1*/keepProfile: true })
const answer = await lr./*2*/login({ /*3*/email: '', password: '' }, { /*4*/timeoutMs: 5 })
answer./*5*/next
if (answer.next === 'done') answer./*6*/token
if (answer.result === 'error') [answer./*7*/error, answer./*8*/code, answer./*9*/retryable]
const { /*10*/error, /*11*/code } = answer
const { snapshot } = lr.session
;[snapshot./*12*/state, snapshot./*13*/freshness, snapshot./*14*/user]
if (snapshot.state === 'conditional') [snapshot./*15*/next, snapshot./*16*/conditions]
if (snapshot.state === 'signed_out') snapshot./*17*/signOutReason
lr.session./*18*/switchAccount('')
await lr.verifyEmail({ /*19*/token: '' })
await lr.updateProfile({ /*20*/first_name: '' })
lr.hosted./*21*/accountsUrl({ /*22*/force: true })
`;

test('an editor tells of every name that an app writes or reads', () => {
  const service = serviceOf(APP);
  assert.deepEqual(service.getSemanticDiagnostics(FILE).map(({ messageText }) => messageText), []);
  const told = [...APP.matchAll(/\/\*(\d+)\*\//g)].map((mark) => {
    const info = service.getQuickInfoAtPosition(FILE, mark.index + mark[0].length);
    const text = ts.displayPartsToString(info?.documentation);
    return { mark: mark[1], text };
  });
  for (const { mark, text } of told) assert.ok(text.length >= 10, `/*${mark}*/ says: ${text}`);
  const says = (mark) => told.find((one) => one.mark === String(mark)).text;
  // Of two texts an editor shows both; what matters is that they are those of the names.
  assert.match(says(3), /username/);
  assert.match(says(4), /milliseconds/);
  assert.match(says(6), /backend/);
  assert.match(says(13), /How current/);
  assert.match(says(16), /must be cleared before there is a token/);
  assert.match(says(18), /your own backend.*hosted\.open\('accounts'/s);
  assert.match(says(22), /only one/);
});

test('unions that an app switches on explain each of their values', () => {
  const text = `import type { Next, Freshness, SignOutReason } from 'loginrocket-wasm'\ntype A = /*a*/Next | /*b*/Freshness | /*c*/SignOutReason`;
  const service = serviceOf(text);
  for (const mark of text.matchAll(/\/\*\w\*\//g)) {
    const { displayParts, documentation } = service.getQuickInfoAtPosition(FILE, mark.index + mark[0].length);
    const values = [...ts.displayPartsToString(displayParts).matchAll(/"(\w+)"/g)].map(([, value]) => value);
    assert.ok(values.length >= 3);
    for (const value of values) assert.ok(ts.displayPartsToString(documentation).includes(`\`${value}\`: `), value);
  }
});

/** The names of public declarations and of their members that have no text. */
function withoutText(file) {
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const missing = [];
  const look = (symbol, path) => {
    const isOurs = (symbol.declarations ?? []).some((declaration) => declaration.getSourceFile() === source);
    if (isOurs && symbol.getDocumentationComment(checker).length === 0) missing.push(path);
  };
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
    const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    look(own, own.name);
    const type = checker.getDeclaredTypeOfSymbol(own);
    const parts = type.isUnionOrIntersection() ? type.types : [type];
    for (const part of parts.filter((part) => !(part.flags & ts.TypeFlags.StringLike))) {
      for (const member of checker.getPropertiesOfType(part)) look(member, `${own.name}.${member.name}`);
    }
  }
  return [...new Set(missing)];
}

test('every public name and every member of it has a text', () => {
  for (const name of ['index.d.ts', 'external.d.ts']) {
    assert.deepEqual(withoutText(join(installed, 'node_modules/loginrocket-wasm/dist', name)), [], name);
  }
});

test('no text of the types tells where a fact was found', () => {
  const types = readFileSync(join(installed, 'node_modules/loginrocket-wasm/dist/index.d.ts'), 'utf8');
  for (const line of types.split('\n').filter((line) => /^\s*(?:\/\*\*|\*)/.test(line))) {
    assert.doesNotMatch(line, /\b(?:Documented|Inferred|Official)\b|protocol\.md#|contract/, line);
  }
});
