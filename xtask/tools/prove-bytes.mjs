// Reads the text of the built module as the package will, and compares it with the module itself.
import { readFile } from 'node:fs/promises';
import { bytes } from '../../pkg/bytes.js';

const [script, module] = process.argv.slice(2);
const [, text] = /^export const text = '(.*)';$/m.exec(await readFile(script, 'utf8'));
if (Buffer.compare(Buffer.from(bytes(text)), await readFile(module)) !== 0) {
  console.error('pkg/bytes.js does not give the module back that streams.rs and text.rs wrote');
  process.exit(1);
}
