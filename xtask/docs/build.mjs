// Builds the site from the pages. Usage: node build.mjs, with the folder of the documentation's packages in LOGINROCKET_DOCS.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePortable } from './portable.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = process.env.LOGINROCKET_DOCS;
const site = join(output, 'site');
// Below the packages, where the generator finds them from the pages; pictures of the last bench run stand beside them.
const copy = join(output, 'repository');

rmSync(copy, { recursive: true, force: true });
for (const folder of ['docs', 'bench/results']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
cpSync(join(root, 'xtask/docs/site'), join(copy, 'docs/.vitepress'), { recursive: true });
const { repository } = JSON.parse(readFileSync(join(root, 'project.json'), 'utf8'));
execFileSync(join(output, 'node_modules/.bin/vitepress'), ['build', join(copy, 'docs')], {
  cwd: output,
  env: { ...process.env, LOGINROCKET_SITE: site, LOGINROCKET_REPOSITORY: repository ?? '' },
  stdio: ['ignore', 'ignore', 'inherit'],
});
console.log(`${makePortable(site)} pages`);
