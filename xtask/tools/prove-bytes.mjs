// Reads the text of the built module as the package will, and compares it with the module itself.
import { readFile } from 'node:fs/promises';
import { bytes } from '../../pkg/bytes.js';

const [script, module] = process.argv.slice(2);
const source = await readFile(script, 'utf8');
const [text, unpacker] = ['text', 'unpacker'].map(
  (name) => new RegExp(`^export const ${name} = '(.*)';$`, 'm').exec(source)[1],
);
if (Buffer.compare(bytes(text, unpacker), await readFile(module)) !== 0) {
  console.error('pkg/unpack does not give the module back that streams.rs and text.rs wrote');
  process.exit(1);
}
