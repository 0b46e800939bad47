// Prints how many bytes of a module's code each part of the source has, for those who look for what to make smaller. The module has to
// have its names; `cargo xtask pack` leaves one, of which the documentation says how it is optimised (docs/internals/figures.md).
// Usage: node parts.mjs MODULE [DEPTH], with how many levels of modules make a part; 3 unless it is given.
import { readFileSync } from 'node:fs';

const [file, depth = '3'] = process.argv.slice(2);
const bytes = readFileSync(file);
let at = 8;

const number = () => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
};
const text = () => {
  const length = number();
  at += length;
  return bytes.toString('utf8', at - length, at);
};

const sizes = [];
const names = new Map();
let imports = 0;
while (at < bytes.length) {
  const section = bytes[at++];
  const length = number();
  const end = at + length;
  if (section === 2) {
    for (let left = number(); left > 0; left -= 1) {
      text();
      text();
      if (bytes[at++] !== 0) throw new Error('an import that is no function');
      number();
      imports += 1;
    }
  } else if (section === 10) {
    for (let left = number(); left > 0; left -= 1) {
      const size = number();
      sizes.push(size);
      at += size;
    }
  } else if (section === 0 && text() === 'name') {
    while (at < end) {
      const kind = bytes[at++];
      const stop = number() + at;
      // Of functions.
      if (kind === 1) for (let left = number(); left > 0; left -= 1) names.set(number(), text());
      at = stop;
    }
  }
  at = end;
}
if (names.size === 0) throw new Error('the module has no names');

/** The path that a function's name begins with: of `<a::B as c::D>::e` that of `a::B`. */
const partOf = (name) => {
  const path = /[a-z_]\w*(?:::\w+)+/.exec(name)?.[0] ?? name;
  // Without the name of the function or the type.
  const modules = path.split('::').slice(0, -1).filter((part) => /^[a-z]/.test(part));
  return modules.slice(0, Number(depth)).join('::') || 'other';
};

const parts = new Map();
sizes.forEach((size, index) => {
  const part = partOf(names.get(index + imports) ?? '');
  parts.set(part, (parts.get(part) ?? 0) + size);
});
for (const [part, size] of [...parts].sort(([, one], [, other]) => other - one)) console.log(String(size).padStart(7), part);
console.log(String(sizes.reduce((sum, size) => sum + size, 0)).padStart(7), 'in all');
