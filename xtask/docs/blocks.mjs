// The code of a page: its blocks, and what comments beside them say about compiling them. How to write such a page is in
// docs/internals/documentation.md.

/** What a comment of a page can say of the blocks after it. */
const NOTE = /^<!-- (given|app|not compiled)(?:: ?|$)/;

/**
 * The blocks of a page, in order, and what is given to them all. Of each block: its `language`, the `file` that it is (none
 * if it is a fragment) and the `app` that the file belongs to, the `line` at which its code begins, the `code`, and the
 * reason why it is `exempt` from compiling, if it is.
 */
export function blocksOf(page) {
  const lines = page.split('\n');
  const blocks = [];
  let given = '';
  let app;
  let exempt;
  for (let at = 0; at < lines.length; at += 1) {
    const note = NOTE.exec(lines[at]);
    if (note) {
      const end = lines.findIndex((line, index) => index >= at && line.includes('-->'));
      const text = lines.slice(at, end + 1).join('\n').slice(note[0].length).replace(/\s*-->[^]*$/, '').trim();
      if (note[1] === 'given') given += `${text}\n`;
      if (note[1] === 'app') app = text;
      if (note[1] === 'not compiled') exempt = text;
      at = end;
      continue;
    }
    const fence = /^```(\w+)(?: \[([^\]]+)\])?\s*$/.exec(lines[at]);
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    const [, language, file] = fence;
    blocks.push({ language, file, app: file && app, line: at + 2, code: lines.slice(at + 1, end).join('\n'), exempt });
    exempt = undefined;
    at = end;
  }
  return { blocks, given };
}

/** The files of an app of a page, by path. */
export function filesOf(page, app) {
  const files = blocksOf(page).blocks.filter((block) => block.file && block.app === app);
  return Object.fromEntries(files.map(({ file, code }) => [file, `${code}\n`]));
}
