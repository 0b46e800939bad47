// Writes page and plots anew from the committed numbers, after a change of words or of `gaps.json`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULTS, write } from './report/write.mjs';

await write(JSON.parse(await readFile(join(RESULTS, 'benchmarks.json'), 'utf8')), RESULTS);
