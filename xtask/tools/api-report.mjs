// Prints the public API of a `.d.ts` file: each exported declaration without its comments, in alphabetical order, so that a
// change of the surface is one that somebody reads.
// Usage: node api-report.mjs FILE…, with a folder whose node_modules has TypeScript 6 in LOGINROCKET_APPS. The native
// compiler, version 7, has no API.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ts = createRequire(join(process.env.LOGINROCKET_APPS, 'package.json'))('typescript');
const printer = ts.createPrinter({ removeComments: true });

const reports = process.argv.slice(2).map((name) => {
  const source = ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
  const isExported = (node) =>
    ts.isExportDeclaration(node) ||
    ts.isExportAssignment(node) ||
    node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const declarations = source.statements
    // Those that are not exported shape those that are.
    .map((node) => [node.name?.text ?? '~', isExported(node), printer.printNode(ts.EmitHint.Unspecified, node, source)])
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
  const text = declarations.map(([, exported, code]) => (exported ? code : `// not exported\n${code}`));
  return `## ${name}\n\n\`\`\`ts\n${text.join('\n\n')}\n\`\`\`\n`;
});
console.log(reports.join('\n').trimEnd());
