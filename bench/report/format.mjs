// Numbers as a reader wants them: three digits that mean something, and a unit.

/** Three significant digits, without an exponent and without zeros at the end of a fraction. */
export function digits(value) {
  if (value === 0) return '0';
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const text = value.toFixed(Math.min(places, 6));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export const ms = (value) => (value >= 1000 ? `${digits(value / 1000)} s` : `${digits(value)} ms`);
export const us = (value) => `${digits(value)} µs`;
/** Thousands of bytes, as the sizes of packages are told. */
export const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
export const bytes = (count) => {
  if (Math.abs(count) < 1e3) return `${digits(count)} B`;
  return Math.abs(count) < 1e6 ? kB(count) : `${digits(count / 1e6)} MB`;
};
export const times = (ratio) => `${ratio.toFixed(2)} ×`;
export const count = (value) => value.toLocaleString('en-GB');

/** A median with its quartiles: `12.1 ms (11.8–13.0)`. */
export function spread(summary, unit) {
  return `${unit(summary.median)} (${digits(summary.lower)}–${digits(summary.upper)})`;
}

/** A Markdown table. Columns that begin with `>` are set right. */
export function table(columns, rows) {
  const heads = columns.map((column) => column.replace(/^>/, ''));
  const rules = columns.map((column) => (column.startsWith('>') ? '--:' : '---'));
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(rules), ...rows.map(line)].join('\n');
}
