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

const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
const types = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));

const findings = [
  ...messages.map((message) => `publint: ${formatMessage(message, pkg)}`),
  ...(types.types ? types.problems : [{ kind: 'no types' }]).map((problem) => `types: ${JSON.stringify(problem)}`),
];
for (const finding of findings) console.log(finding);
process.exitCode = findings.length === 0 ? 0 : 1;
