// Bundles the apps as those who use the frameworks do: esbuild, and each framework's own compiler before it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { consumer, emulator } from '../../packages/support.mjs';
import { given } from '../../support/browser.mjs';

// The apps were copied to where the package is installed; the frameworks are one folder up, where Node finds them.
const ofTools = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'));
const ofApps = createRequire(join(consumer, 'package.json'));
const { build } = ofTools('esbuild');

/** For the browser: one module that exports what the tests hold on to. `mode` is `development` or `production`. */
export async function bundle(entry, mode) {
  const { outputFiles } = await buildSilently(entry, {
    write: false,
    conditions: [mode, 'module'],
    minify: mode === 'production',
    jsxDev: mode === 'development',
    define: {
      // The page says which realm it is for, so that one bundle does for all of them.
      'import.meta.env.VITE_LOGINROCKET_URL': 'loginrocketUrl',
      'process.env.NODE_ENV': JSON.stringify(mode),
      // What Vue asks of those who configure a bundler themselves.
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
    },
    plugins: compilers({ generate: 'client', dev: mode === 'development' }),
  });
  return outputFiles[0].text;
}

/** For Node, which finds the package and the framework itself: a file in the installed app. */
export async function bundleForServer(entry) {
  const outfile = join(consumer, 'built', `${entry}.mjs`);
  await buildSilently(entry, {
    outfile,
    platform: 'node',
    packages: 'external',
    define: { 'import.meta.env.VITE_LOGINROCKET_URL': JSON.stringify(emulator.loginrocket) },
    plugins: compilers({ generate: 'server', dev: false }),
  });
  return outfile;
}

async function buildSilently(entry, options) {
  const exported = ['client.js', 'renders.js', entry];
  const stdin = { contents: exported.map((file) => `export * from './${file}';`).join('\n'), resolveDir: consumer };
  const result = await build({ stdin, bundle: true, format: 'esm', jsx: 'automatic', logLevel: 'silent', ...options });
  assert.deepEqual(result.warnings, []);
  return result;
}

function compilers({ generate, dev }) {
  const vue = ofApps('vue/compiler-sfc');
  const svelte = ofApps('svelte/compiler');
  return [
    compiler('vue', (source, filename) => {
      const { descriptor, errors } = vue.parse(source, { filename });
      assert.deepEqual(errors, []);
      const templateOptions = { ssr: generate === 'server' };
      return vue.compileScript(descriptor, { id: filename, inlineTemplate: true, templateOptions }).content;
    }),
    compiler('svelte', (source, filename) => {
      const { js, warnings } = svelte.compile(source, { filename, generate, dev });
      assert.deepEqual(warnings, []);
      return js.code;
    }),
  ];
}

/** Has files of one kind compiled. */
function compiler(name, compile) {
  return {
    name,
    setup(esbuild) {
      esbuild.onLoad({ filter: new RegExp(`\\.${name}$`) }, async ({ path }) => ({
        contents: compile(await readFile(path, 'utf8'), path),
      }));
    },
  };
}
