// Looks at a tarball as publint and arethetypeswrong do. Prints what they found, if anything, and fails then.
// Usage: node lint-package.mjs TARBALL, with the tools' folder in LOGINROCKET_TOOLS.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const tools = createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json'));
const load = (name) => import(pathToFileURL(tools.resolve(name)));

const tarball = readFileSync(process.argv[2]);
const { publint } = await load('publint');
const { formatMessage } = await load('publint/utils');
const { checkPackage, createPackageFromTarballData } = await load('@arethetypeswrong/core');

// Files, which nothing resolves types for: one of them is for script elements, which import nothing.
const excludeEntrypoints = ['./loginrocket.global.js', './loginrocket.wasm', './integrity.json', './realms.wasm'];

// Meant to be so. `./external` is a module only, because a CommonJS file does not know where it is, and so cannot find the
// wasm beside it; and TypeScript's oldest resolution knows no `exports`, without which there is no `./external` at all. The
// emulator's helpers are the same: Vitest itself is a module only, and the others are not found without `exports` either.
const helpers = ['./msw', './playwright', './vitest'];
const meant = ({ entrypoint, resolutionKind }) =>
  (['./external', './vitest'].includes(entrypoint) && ['node10', 'node16-cjs'].includes(resolutionKind)) ||
  (helpers.includes(entrypoint) && resolutionKind === 'node10');

const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
const types = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)), { excludeEntrypoints });

const findings = [
  ...messages.map((message) => `publint: ${formatMessage(message, pkg)}`),
  ...(types.types ? types.problems.filter((problem) => !meant(problem)) : [{ kind: 'no types' }])
    .map((problem) => `types: ${JSON.stringify(problem)}`),
];
for (const finding of findings) console.log(finding);
process.exitCode = findings.length === 0 ? 0 : 1;
