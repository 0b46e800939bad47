// Every kind of good and forged token, as another library made them, in Chromium and in Node: the same verdicts as those
// of the native library, which `tests/tokens.rs` tests with the same file.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { consumer, serve, startBrowser } from '../packages/support.mjs';

const file = await readFile(new URL('../fixtures/tokens/tokens.json', import.meta.url), 'utf8');
const { now, jwks, rows } = JSON.parse(file);

/** What each row comes to, by a client whose realm has the file's keys and whose clock stands still. Runs anywhere. */
async function judge({ LoginRocket, now, jwks, rows }) {
  Date.now = () => now * 1000;
  let requests = 0;
  const fetch = async () => {
    requests += 1;
    return new Response(JSON.stringify(jwks));
  };
  const lr = new LoginRocket({ url: 'https://sample.e2.loginrocket.com/', fetch });
  const verdicts = [];
  for (const { token, account, leewaySeconds } of rows) {
    const answer = await lr.verifyToken(token, { account, leewaySeconds });
    verdicts.push(answer.result === 'okay' ? 'okay' : answer.code);
  }
  return { requests, verdicts };
}

const expected = Object.fromEntries(rows.map(({ name, code }) => [name, code]));
const named = (verdicts) => Object.fromEntries(rows.map(({ name }, row) => [name, verdicts[row]]));

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser.close());

test('every token comes to what its row says in Chromium', async () => {
  const server = await serve({ '/': { body: '<!doctype html><title>tokens</title>' } });
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const { requests, verdicts } = await page.evaluate(
      async ([source, input]) => {
        const { LoginRocket } = await import('/pkg/dist/index.js');
        return (0, eval)(`(${source})`)({ LoginRocket, ...input });
      },
      [judge.toString(), { now, jwks, rows }],
    );
    assert.deepEqual(named(verdicts), expected);
    assert.equal(requests, 1);
  } finally {
    await server.close();
  }
});

test('every token comes to what its row says in Node', async () => {
  const { LoginRocket } = createRequire(join(consumer, 'index.js'))('loginrocket-wasm');
  const clock = Date.now;
  try {
    const { requests, verdicts } = await judge({ LoginRocket, now, jwks, rows });
    assert.deepEqual(named(verdicts), expected);
    assert.equal(requests, 1);
  } finally {
    Date.now = clock;
  }
});
