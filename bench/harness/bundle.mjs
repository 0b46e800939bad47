// Bundles as an app's production build would have them, all by the same esbuild with the same options.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { modules, tool } from './given.mjs';

const options = {
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"' },
};

/** The bundle of a file of this folder, or of the given source as if it were one. */
export async function bundle(source) {
  const { alias } = source;
  const root = fileURLToPath(new URL('..', import.meta.url));
  const input =
    typeof source === 'string'
      ? { entryPoints: [source], absWorkingDir: root }
      : { stdin: { contents: source.contents, resolveDir: root }, absWorkingDir: root };
  const { outputFiles } = await tool('esbuild').build({ ...options, ...input, alias, nodePaths: modules() });
  return Buffer.from(outputFiles[0].contents);
}

/** What a browser downloads. */
export const compress = (bytes) => ({
  gzip: gzipSync(bytes, { level: 9 }),
  br: brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }),
});

/** Sizes in bytes. */
export function sizes(bytes) {
  const { gzip, br } = compress(bytes);
  return { raw: bytes.length, gzip: gzip.length, brotli: br.length };
}
