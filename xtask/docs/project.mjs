// Brings the addresses of `project.json` to where they are read: the manifests, and the links of the packages' READMEs, which
// are published without the pages. Prints which files said otherwise, and writes them anew.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const BEGIN = '<!-- Addresses: `cargo xtask check` writes them, from project.json. -->';

const project = JSON.parse(readFileSync(join(root, 'project.json'), 'utf8'));
/** Whether a maintainer has set the addresses: names that end in `.example` are nobody's. */
export const isSet = !Object.values(project).some((address) => new URL(address).hostname.endsWith('.example'));

const wrong = [];
for (const folder of ['pkg', 'emulator/npm']) {
  write(`${folder}/package.json`, (text) => `${JSON.stringify(manifest(JSON.parse(text), folder), undefined, 2)}\n`);
  write(`${folder}/README.md`, readme);
}
write('Cargo.toml', crate);

if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}

function write(name, change) {
  const file = join(root, name);
  const text = readFileSync(file, 'utf8');
  const made = change(text);
  if (made === text) return;
  writeFileSync(file, made);
  wrong.push(`${name} said otherwise: it is written anew, look at it and commit it`);
}

/** A manifest with the addresses, before its licence. Addresses that are nobody's are not published. */
function manifest({ homepage, repository, bugs, ...rest }, directory) {
  const addresses = isSet && {
    homepage: project.homepage,
    repository: { type: 'git', url: `git+${project.repository}.git`, directory },
    bugs: project.bugs,
  };
  const members = Object.entries(rest);
  const at = members.findIndex(([name]) => name === 'license');
  return Object.fromEntries([...members.slice(0, at), ...Object.entries(addresses || {}), ...members.slice(at)]);
}

function crate(text) {
  const without = text.replace(/^(?:homepage|repository) = .*\n/gm, '');
  const lines = `homepage = "${project.homepage}"\nrepository = "${project.repository}"\n`;
  return isSet ? without.replace(/^readme = /m, `${lines}readme = `) : without;
}

/** A README with what its links `[text][page]` mean: a page of the documentation, or a file of the repository. */
function readme(text) {
  const [before] = text.split(BEGIN);
  const names = [...new Set([...before.matchAll(/\]\[([^\]]+)\]/g)].map(([, name]) => name))].sort();
  const lines = names.map((name) => {
    const [path, section] = name.split('#');
    if (existsSync(join(root, 'docs', `${path}.md`))) {
      return `[${name}]: ${new URL(`${path}.html${section ? `#${section}` : ''}`, project.homepage)}`;
    }
    if (!existsSync(join(root, path))) wrong.push(`a README links to ${name}, which is not there`);
    return `[${name}]: ${project.repository}/blob/main/${path}`;
  });
  return `${before.trimEnd()}\n\n${BEGIN}\n\n${lines.join('\n')}\n`;
}
