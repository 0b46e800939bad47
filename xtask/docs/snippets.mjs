// Compiles the code of pages as strict TypeScript: each fragment by itself, with what its page gives, and the files of an
// app together, with nothing given. Prints what is wrong by page and line, and at last how many blocks there are.
// Usage: node snippets.mjs PAGE…, with the folder of the documentation's packages in LOGINROCKET_DOCS, those of the apps and
// of the emulator's users in LOGINROCKET_APPS and LOGINROCKET_EMULATOR_USERS, and the compiler in LOGINROCKET_TSC.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { blocksOf } from './blocks.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = join(process.env.LOGINROCKET_DOCS, 'snippets');

/** By language, the ending of a file of its own. What is missing here is no code of an app's. */
const ENDINGS = { js: 'ts', mjs: 'ts', ts: 'ts', jsx: 'tsx', tsx: 'tsx' };

/** Languages that have a compiler of their own, and are part of programs that tests build. */
const FOREIGN = ['rust', 'svelte', 'vue'];

/** What every fragment of every page may name. */
const GIVEN = `
import type { LoginRocket as Client } from 'loginrocket-wasm'
declare const lr: Client
declare const email: string
declare const password: string
`;

/** The packages of this project, whose types are copied: through a link they would look for what they need elsewhere. */
const OURS = { 'loginrocket-wasm': join(root, 'pkg'), 'loginrocket-emulator': join(root, 'emulator/npm') };

/** Packages that are here already, for programs that are tested with them. */
const LINKS = {
  ...fromFolder(process.env.LOGINROCKET_APPS, ['next', 'react', 'react-dom', 'solid-js']),
  ...fromFolder(process.env.LOGINROCKET_EMULATOR_USERS, ['@playwright/test', 'msw', 'vitest']),
};

const OPTIONS = {
  target: 'es2023',
  lib: ['ES2023', 'DOM'],
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  jsx: 'react-jsx',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  skipLibCheck: true,
  noEmit: true,
};

/** What Vite's template for React and TypeScript asks for beyond that. */
const OF_APPS = { noUnusedLocals: true, noUnusedParameters: true, allowImportingTsExtensions: true };

/** Where a page's script finds the package without a tool. */
const BY_PATH = /(['"])[./]*\/node_modules\/loginrocket-wasm\/dist\/(index|external)\.js\1/g;

/** Sources of other languages, by their ending. */
const read = new Map();

const projects = [];
let count = 0;
let exempt = 0;
const wrong = [];
rmSync(output, { recursive: true, force: true });
for (const [name, target] of Object.entries(LINKS)) {
  const link = join(output, 'node_modules', name);
  if (!existsSync(target)) throw new Error(`${target} is missing`);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link);
}
for (const [name, source] of Object.entries(OURS)) {
  const copy = join(output, 'node_modules', name);
  mkdirSync(join(copy, 'dist'), { recursive: true });
  const types = readdirSync(join(source, 'dist')).filter((file) => /\.d\.c?ts$/.test(file));
  for (const file of ['package.json', ...types.map((type) => `dist/${type}`)]) copyFileSync(join(source, file), join(copy, file));
}

for (const page of process.argv.slice(2)) {
  const { blocks, given } = blocksOf(readFileSync(join(root, page), 'utf8'));
  const fragments = project(page, '');
  fragments.add('given.ts', globals(GIVEN + given), 0);
  blocks.forEach((block, index) => {
    const { language, file, code, line } = block;
    if (FOREIGN.includes(language)) foreign(page, block);
    if (!(language in ENDINGS) && language !== 'html') return;
    count += 1;
    if (block.exempt) {
      exempt += 1;
    } else if (language === 'html') {
      const into = file ? project(page, block.app ?? 'app') : fragments;
      for (const script of scriptsOf(code)) {
        into.add(`${file ?? `block-${index + 1}.html`}.${script.line}.js`, script.code, line + script.line - 1);
      }
    } else if (file) {
      project(page, block.app ?? 'app').add(file, code.replaceAll(BY_PATH, "'loginrocket-wasm'"), line);
    } else {
      fragments.add(`block-${index + 1}.${ENDINGS[language]}`, wrapped(code), line - 1);
    }
  });
}

const waiting = projects.filter(({ files }) => files.size > 0);
await Promise.all([next(), next()]);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
console.log(`${count} blocks${exempt > 0 ? `, ${exempt} of them exempt` : ''}`);

function fromFolder(folder, names) {
  return Object.fromEntries(names.map((name) => [name, join(folder, 'node_modules', name)]));
}

/** Files that are compiled together: the fragments of a page, or one of its apps. */
function project(page, app) {
  const known = projects.find((each) => each.page === page && each.app === app);
  if (known) return known;
  const folder = join(output, page.replace(/\.md$/, '').replaceAll('/', '-'), app || 'fragments');
  const files = new Map();
  const made = {
    page,
    app,
    folder,
    files,
    add(name, code, line) {
      files.set(posix.normalize(name), line);
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), `${code}\n`);
    },
  };
  projects.push(made);
  return made;
}

async function next() {
  for (let project = waiting.shift(); project; project = waiting.shift()) await compile(project);
}

async function compile({ page, app, folder, files }) {
  const names = [...files.keys()];
  const scripts = names.filter((name) => name.includes('.html.'));
  const programs = names.filter((name) => !scripts.includes(name));
  const run = async (name, options, names) => {
    if (names.length === 0) return;
    writeFileSync(join(folder, name), JSON.stringify({ compilerOptions: options, files: names }));
    const args = ['--project', join(folder, name), '--pretty', 'false'];
    const said = await promisify(execFile)(process.env.LOGINROCKET_TSC, args, { cwd: folder }).catch((error) => error);
    for (const text of `${said.stdout ?? ''}`.split('\n').filter((each) => each.trim() && !each.startsWith(' '))) {
      const [, file, line, message] = /^(.*)\((\d+),\d+\): (?:error )?(.*)$/.exec(text) ?? [];
      const start = files.get(posix.normalize(file ?? ''));
      wrong.push(start === undefined ? `${page}: ${text}` : `${page}:${start === 0 ? `given` : start + Number(line) - 1}: ${message}`);
    }
    if (said.code !== undefined && !said.stdout) wrong.push(`${page}: ${said.message}`);
  };
  await run('tsconfig.json', { ...OPTIONS, ...(app && OF_APPS), allowJs: true, checkJs: true }, programs);
  // The scripts of a page without a tool have no types of their own.
  const loose = { ...OPTIONS, strict: false, exactOptionalPropertyTypes: false, allowJs: true, checkJs: true, jsx: undefined };
  await run('tsconfig.scripts.json', loose, [...scripts, ...(scripts.length > 0 && files.has('given.ts') ? ['given.ts'] : [])]);
}

/** Declarations, as globals. */
function globals(text) {
  const lines = text.split('\n').filter(Boolean);
  const imports = lines.filter((line) => line.startsWith('import '));
  const rest = lines.filter((line) => !line.startsWith('import ')).map((line) => line.replace(/^declare /, ''));
  return `${imports.join('\n')}\ndeclare global {\n${rest.join('\n')}\n}\nexport {}`;
}

/** A fragment as a module, with its lines one further down. What it declares is its own, and it may return. */
function wrapped(code) {
  if (/^export /m.test(code)) return `export {};\n${code}`;
  const imports = [];
  const body = code.replaceAll(/^import [^]*?['"];?$/gm, (line) => {
    imports.push(line.replaceAll('\n', ' '));
    return line.replaceAll(/[^\n]/g, '');
  });
  return `${imports.join('; ')}; export async function example() {\n${body}\n}`;
}

/** The scripts in a page, each with the line of the page at which it begins. */
function scriptsOf(html) {
  return [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([^]*?)<\/script>/g)]
    .filter(([, code]) => code.trim())
    .map((match) => ({
      code: match[1].replaceAll(BY_PATH, "'loginrocket-wasm'"),
      line: html.slice(0, match.index + match[0].indexOf('>')).split('\n').length,
    }));
}

/** Code in another language stands in a program that is built. */
function foreign(page, { language, code, line, exempt: reason }) {
  count += 1;
  if (reason) {
    exempt += 1;
    return;
  }
  const ending = { rust: '.rs', svelte: '.svelte', vue: '.vue' }[language];
  if (!sources(ending).some((source) => source.includes(plain(code)))) {
    wrong.push(`${page}:${line}: no program below tests has this ${language} code`);
  }
}

function sources(ending) {
  if (!read.has(ending)) {
    const names = readdirSync(join(root, 'tests'), { recursive: true }).filter((name) => name.endsWith(ending) && !name.includes('node_modules'));
    read.set(ending, names.map((name) => plain(readFileSync(join(root, 'tests', name), 'utf8'))));
  }
  return read.get(ending);
}

/** Indentation and empty lines differ where an example is part of something. */
function plain(text) {
  return text.split('\n').map((line) => line.trim()).filter(Boolean).join('\n');
}
