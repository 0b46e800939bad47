// Prints the public API of `.d.ts` files as a page: each exported declaration with its comments, so that a change of the surface, or of
// what is said of it, is one that somebody reads. What a file exports in a list at its end is shown where it is declared.
// Usage: node api-report.mjs FILE…, with a folder whose node_modules has TypeScript 6 in LOGINROCKET_APPS. The native
// compiler, version 7, has no API.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

const ts = createRequire(join(process.env.LOGINROCKET_APPS, 'package.json'))('typescript');
const printer = ts.createPrinter({ removeComments: false });

/** What a reader looks for first; everything else follows in the order of the alphabet. */
const FIRST = ['LoginRocket', 'LoginRocketOptions', 'CallOptions', 'Session', 'Snapshot', 'Hosted', 'LoginResult', 'OkayResult', 'Failure'];

/** The entry that a file is of. */
const ENTRIES = { 'index.d.ts': 'loginrocket-wasm', 'external.d.ts': 'loginrocket-wasm/external' };

const isList = (node) => ts.isExportDeclaration(node) && !node.moduleSpecifier && ts.isNamedExports(node.exportClause);
const nameOf = (node) => node.name?.text ?? node.declarationList?.declarations[0].name.text;

const pages = process.argv.slice(2).map((name) => {
  const source = ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
  const listed = source.statements.filter(isList).flatMap(({ exportClause }) => [...exportClause.elements]);
  const exported = new Set(listed.filter(({ propertyName }) => !propertyName).map((element) => element.name.text));
  const declarations = source.statements.filter((node) => !isList(node) && !ts.isImportDeclaration(node) && !ts.isExportDeclaration(node));
  const known = new Set(declarations.map(nameOf));

  const place = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const byPlace = (one, other) => place(nameOf(one)) - place(nameOf(other)) || (nameOf(one) < nameOf(other) ? -1 : 1);
  const sections = [...declarations].sort(byPlace).map((node) => {
    const isExported = exported.has(nameOf(node)) || node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    // What is not exported shapes what is.
    const note = isExported ? '' : 'Not exported; it shapes other types.\n\n';
    const about = commentOf(node, known);
    return `### ${nameOf(node)}\n\n${note}${about && `${about}\n\n`}\`\`\`ts\n${codeOf(node, source, isExported)}\n\`\`\`\n`;
  });
  const others = source.statements.filter((node) => ts.isExportDeclaration(node) && !isList(node)).map((node) => node.getText(source));
  const renamed = listed.filter(({ propertyName }) => propertyName).map((element) => `export { ${element.propertyName.text} as ${element.name.text} };`);
  const rest = [...others, ...renamed].map(plain).join('\n');
  return `## ${ENTRIES[basename(name)]}\n\n${sections.join('\n')}\nAlso:\n\n\`\`\`ts\n${rest}\n\`\`\`\n`;
});
console.log(pages.join('\n').trimEnd());

/** What is said of a declaration, as a paragraph of a page. */
function commentOf(node, known) {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  const text = typeof comment?.comment === 'string' ? comment.comment : (comment?.comment ?? []).map((part) => (part.name ? linkOf(part, known) : part.text)).join('');
  return text.replaceAll(/</g, '&lt;').replaceAll(/\n(?!\n)/g, (line, at) => (text[at - 1] === '\n' ? line : '\n')).trim();
}

function linkOf({ name }, known) {
  const text = name.getText?.() || name.escapedText;
  const [type] = text.split('.');
  return known.has(type) ? `[\`${text}\`](#${type.toLowerCase()})` : `\`${text}\``;
}

/** A declaration with the comments of its members. */
function codeOf(node, source, isExported) {
  const code = plain(printer.printNode(ts.EmitHint.Unspecified, node, source)).replace(/^\/\*\*[^]*?\*\/\s*/, '');
  const bare = code.replace(/^export /, '').replace(/^declare /, '');
  return (isExported ? `export ${bare}` : bare).replaceAll(/\{@link ([^}]+)\}/g, '$1');
}

/** How a tool writes the same is no change for users. */
function plain(code) {
  return code.replaceAll(/"([^"'\\\n]*)"/g, "'$1'");
}
