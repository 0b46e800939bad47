// Makes a site that was built for one path work under every path, and read from a folder: its pages lead to each other by
// relative addresses, and tell its scripts where it is. In a folder, without a server, browsers load no script as a module:
// there everything can be read, without search.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { BASE } from './site/base.mjs';

/** The name under which a page tells where the site is. */
const NAME = '__site__';

const everywhere = new RegExp(BASE, 'g');

/** Rewrites the files of a site; gives how many pages it has. */
export function makePortable(site) {
  let pages = 0;
  for (const name of readdirSync(site, { recursive: true })) {
    const rewrite = REWRITES.find(([ending]) => ending.test(name))?.[1];
    if (!rewrite) continue;
    const file = join(site, name);
    const made = rewrite(readFileSync(file, 'utf8'), '../'.repeat(name.split(sep).length - 1));
    if (made.includes(BASE.slice(1, -1))) throw new Error(`${name} still says where the site is`);
    writeFileSync(file, made);
    pages += Number(name.endsWith('.html'));
  }
  return pages;
}

const REWRITES = [
  [/\.html$/, page],
  // The index is JSON in one text, with quotation marks of its own.
  [/localSearchIndex.*\.js$/, (code) => code.replaceAll(everywhere, `'+${NAME}+'`)],
  [/\.js$/, (code) => code.replaceAll(new RegExp(`(["'\`])${BASE}((?:(?!\\1).)*)\\1`, 'g'), `(${NAME}+$1$2$1)`)],
  [/\.css$/, (code, up) => code.replaceAll(everywhere, up)],
];

function page(html, up) {
  const links = html
    .replaceAll(new RegExp(`(href|src)="${BASE}"`, 'g'), `$1="${up}index.html"`)
    .replaceAll(new RegExp(`(href|src)="${BASE}`, 'g'), `$1="${up || './'}`);
  const data = links.replace(/(__VP_SITE_DATA__=JSON\.parse\("(?:[^"\\]|\\.)*")\)/, (_, text) => {
    return `${text.replaceAll(everywhere, `"+${NAME}+"`)})`;
  });
  const where = `<script>${NAME}=new URL("${up || './'}",location.href).pathname</script>`;
  return data.replace('<head>', `<head>${where}`).replaceAll(BASE.slice(1, -1), 'site');
}
