// Verifying a token: `lr.verifyToken` beside jose, and beside the session by hand that uses jose. All are in one page, with a real
// token and real keys of the emulator.
import { bundle } from '../harness/bundle.mjs';
import { emulator } from '../harness/given.mjs';
import { serve } from '../harness/site.mjs';
import { alternate, ratio, summary } from '../harness/statistics.mjs';
import { OURS, TWIN } from '../contenders/list.mjs';

const SIZE = { full: { rounds: 40, batch: 50 }, quick: { rounds: 8, batch: 20 } };

const REFERENCE = 'jose';

export async function measure({ browser, isQuick }) {
  const { rounds, batch } = isQuick ? SIZE.quick : SIZE.full;
  const site = await serve({
    '/ours.js': await bundle({ contents: `export * from './entries/loginrocket-wasm.js'` }),
    '/jose.js': await bundle({ contents: `export * from './entries/jose.js'` }),
    '/twin.js': await bundle({ contents: `export * from './entries/session-store.js'` }),
  });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(site.origin);
    const url = emulator().loginrocket;
    const names = [REFERENCE, TWIN, OURS];
    const hasVerify = await page.evaluate(load, { url, token: await signIn(url), names });
    if (!hasVerify) return { missing: 'not in this build' };
    const take = (name) => page.evaluate(verifyInTurn, { name, count: batch });
    await alternate(names, 3, take);
    const samples = await alternate(names, rounds, take);
    const microseconds = (name) => summary(samples[name].map((ms) => (ms / batch) * 1000));
    const reference = microseconds(REFERENCE);
    return {
      reference: REFERENCE,
      rows: names.map((client) => {
        const us = microseconds(client);
        return { client, us, ratio: ratio(us, reference) };
      }),
    };
  } finally {
    await context.close();
    await site.close();
  }
}

async function signIn(url) {
  const response = await fetch(new URL('v2/login', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // The person whom every new emulator knows.
    body: JSON.stringify({ email: 'ada@example.com', password: 'engine-of-1843' }),
  });
  const { token } = await response.json();
  if (!token) throw new Error('the emulator signs nobody in');
  return token;
}

// These run in the page.

async function load({ url, token, names: [reference, twin, ours] }) {
  const lr = await (await import('/ours.js')).make(url);
  if (typeof lr.verifyToken !== 'function') return false;
  const verify = (await import('/jose.js')).verifier(url);
  const store = await (await import('/twin.js')).make(url);
  const subject = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).sub;
  // Each first shows that it reads the token and refuses a forged one.
  const forged = token.slice(0, -8) + (token.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA');
  const refuses = async (attempt) => {
    try {
      const answer = await attempt(forged);
      return answer?.result === 'error';
    } catch {
      return true;
    }
  };
  const attempts = { [ours]: (jwt) => lr.verifyToken(jwt), [reference]: verify, [twin]: (jwt) => store.verify(jwt) };
  for (const [name, attempt] of Object.entries(attempts)) {
    if (!JSON.stringify(await attempt(token)).includes(subject))
      throw new Error(`${name} does not read the token`);
    if (!(await refuses(attempt))) throw new Error(`${name} takes a forged token`);
  }
  globalThis.attempts = attempts;
  globalThis.token = token;
  return true;
}

async function verifyInTurn({ name, count }) {
  const start = performance.now();
  for (let number = 0; number < count; number += 1) await globalThis.attempts[name](globalThis.token);
  return performance.now() - start;
}
