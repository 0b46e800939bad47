// The apps that the guide's pages are made of: each is built and served as it stands on its page, in a realm of the test's own.
import { createServer } from 'node:http';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { filesOf } from '../../xtask/docs/blocks.mjs';
import { makeRealm } from '../session/support/realm.mjs';
import { given, startBrowser } from '../support/browser.mjs';

/** The LoginRocket URL that stands on the pages. */
const SAMPLE = 'https://SAMPLE.e2.loginrocket.com/';

const installed = given('LOGINROCKET_INSTALLED');
const docs = given('LOGINROCKET_DOCS');
const esbuild = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))('esbuild');

const KINDS = { '.js': 'text/javascript', '.html': 'text/html', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

/** What Vite's template has around `App`. */
const MAIN = `
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import App from './App'
createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>)
`;

/** The form of a page whose script is about something else. */
const FORM = `<form>
  <label>E-mail <input name="email"></label>
  <label>Password <input name="password" type="password"></label>
  <button>Sign in</button>
</form>`;

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

/** The URL of a realm for a program that resolves no name below `.localhost`. */
export function direct(realm) {
  return new URL(`_realm/${realm.name}/`, JSON.parse(given('LOGINROCKET_EMULATOR')).loginrocket);
}

/** The files of an app of a page, for a realm. */
export async function appOf(page, app, realm) {
  const text = await readFile(new URL(`../../docs/guide/${page}.md`, import.meta.url), 'utf8');
  const files = filesOf(text, app);
  const own = (code) => code.replaceAll(SAMPLE, realm.url).replaceAll(SAMPLE.slice(0, -1), new URL(realm.url).origin);
  return Object.fromEntries(Object.entries(files).map(([name, code]) => [name, own(code)]));
}

/** Writes them where their packages are found; gives the folder. */
export async function write(files, name) {
  const folder = join(docs, 'apps', name);
  await rm(folder, { recursive: true, force: true });
  for (const [file, code] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), code);
  }
  return folder;
}

/** Builds an app of TypeScript as Vite would; gives its one script. */
async function build(files, name) {
  const entry = 'src/App.tsx' in files ? 'src/index.tsx' : 'src/main.ts';
  const folder = await write({ ...files, ...('src/App.tsx' in files && { 'src/index.tsx': MAIN }) }, name);
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    // The package as it is installed, and React of the other apps.
    nodePaths: [join(installed, 'node_modules'), join(given('LOGINROCKET_APPS'), 'node_modules')],
    write: false,
  });
  return outputFiles[0].text;
}

/** Serves what `answer` gives for a request, `{ body, kind, headers }`, and below `/node_modules` the package. */
export async function serve(answer) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    try {
      const { body, kind = extname(pathname), headers } = pathname.startsWith('/node_modules/loginrocket-wasm/')
        ? { body: await readFile(join(installed, pathname)) }
        : await answer(pathname, request);
      response.writeHead(200, { 'content-type': KINDS[kind] ?? 'text/plain', ...headers }).end(body);
    } catch (error) {
      response.writeHead(error.status ?? 404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

/**
 * Defines a test of the app of a page. `run` gets the `page`, not yet opened, its `context`, the `origin` of the app, and the `realm`. The
 * realm has the `seed`; `answers` are those of a back end, by path.
 */
export function visit(name, { guide, app, seed = {}, answers = {} }, run) {
  test(name, { timeout: 60_000 }, async () => {
    let realm;
    let files;
    let script;
    const site = await serve((path, request) => answer(path, request));
    const context = await browser.newContext({ locale: 'en' });
    try {
      realm = await makeRealm({ login_urls: [`${site.origin}/`], ...seed });
      files = await appOf(guide, app, realm);
      script = Object.keys(files).some((file) => /\.tsx?$/.test(file)) ? await build(files, `${guide}-${app ?? 'app'}`) : undefined;
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const uncaught = [];
      page.on('pageerror', (error) => uncaught.push(error));
      await run({ page, context, realm, origin: site.origin, files });
      if (uncaught.length > 0) throw uncaught[0];
    } finally {
      await context.close();
      await site.close();
      await realm?.remove();
    }

    async function answer(path, request) {
      if (path === '/blank') return { body: '<!doctype html><title>blank</title>', kind: '.html' };
      if (answers[path]) return { body: await answers[path](request, realm) };
      if (path === '/app.js') return { body: script };
      const policy = files['policy.txt'] && { 'content-security-policy': files['policy.txt'].trim() };
      if (path.slice(1) in files) return { body: files[path.slice(1)], headers: policy };
      // Every other path is a view of the one page.
      return { body: files['index.html'] ?? shellOf(files), kind: '.html', headers: policy };
    }
  });
}

/** The page around a script that has none of its own. */
function shellOf(files) {
  const body = 'src/App.tsx' in files ? '<div id="root"></div>' : FORM;
  return `<!doctype html><meta charset="utf-8"><title>app</title>${body}<script type="module" src="/app.js"></script>`;
}

/** Fills a form in, by the labels, and sends it with the button. */
export async function send(page, values, button) {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole('button', { name: button, exact: true }).click();
}

/**
 * Calls a method of a client in the app's origin, for pages that have no form for it: a sign-in that another page of the app did. Gives
 * its answer.
 */
export async function call(page, origin, realm, method, params) {
  await page.goto(`${origin}/blank`);
  return page.evaluate(
    async ([url, method, params]) => {
      const { LoginRocket } = await import('/node_modules/loginrocket-wasm/dist/index.js');
      const lr = new LoginRocket({ url, storage: 'local' });
      const answer = await lr[method](params);
      lr.session.dispose();
      return answer;
    },
    [realm.url, method, params],
  );
}
