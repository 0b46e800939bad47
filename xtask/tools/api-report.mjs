// Prints the public API of `.d.ts` files: each exported declaration without its comments, in alphabetical order, so that a
// change of the surface is one that somebody reads. What a file exports in a list at its end is shown where it is declared.
// Usage: node api-report.mjs FILE…, with a folder whose node_modules has TypeScript 6 in LOGINROCKET_APPS. The native
// compiler, version 7, has no API.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ts = createRequire(join(process.env.LOGINROCKET_APPS, 'package.json'))('typescript');
const printer = ts.createPrinter({ removeComments: true });

const isList = (node) => ts.isExportDeclaration(node) && !node.moduleSpecifier && ts.isNamedExports(node.exportClause);

const reports = process.argv.slice(2).map((name) => {
  const source = ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
  const listed = source.statements.filter(isList).flatMap(({ exportClause }) => [...exportClause.elements]);
  const exported = new Set(listed.filter(({ propertyName }) => !propertyName).map((element) => element.name.text));
  const print = (node) => {
    // How a tool writes the same is no change for users.
    const code = printer
      .printNode(ts.EmitHint.Unspecified, node, source)
      .replace(/^export declare /, 'export ')
      .replaceAll(/"([^"'\\]*)"/g, "'$1'");
    if (exported.has(node.name?.text)) return `export ${code.replace(/^declare /, '')}`;
    const isExported = ts.isExportDeclaration(node) || node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    // What is not exported shapes what is.
    return isExported ? code : `// not exported\n${code}`;
  };
  const declarations = source.statements
    .filter((node) => !isList(node) && !ts.isImportDeclaration(node))
    .map((node) => [node.name?.text ?? '~', print(node)])
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
  const renamed = listed.filter(({ propertyName }) => propertyName);
  const text = [
    ...declarations.map(([, code]) => code),
    ...renamed.map((element) => `export { ${element.propertyName.text} as ${element.name.text} };`),
  ];
  return `## ${name}\n\n\`\`\`ts\n${text.join('\n\n')}\n\`\`\`\n`;
});
console.log(reports.join('\n').trimEnd());
