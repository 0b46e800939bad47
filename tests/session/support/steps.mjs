// What tests do with a page over and over: what the app would do, and looking at what it would see.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Signs a person in; gives what is next, or the code of the failure. */
export function signIn(page, person) {
  return page.evaluate((given) => lr.login(given).then((answer) => answer.next ?? answer.code), person);
}

/** Signs a person in who is expected to get in. */
export async function arrive(page, person) {
  assert.equal(await signIn(page, person), 'done');
}

/** Signs out. */
export function signOut(page) {
  return page.evaluate(() => lr.session.signOut());
}

/** The session as the page has it. */
export function snapshot(page) {
  return page.evaluate(() => lr.session.snapshot);
}

/** How it stands and why. */
export function explain(page) {
  return page.evaluate(() => lr.session.explain());
}

/** Asks for a token. */
export function token(page, options) {
  return page.evaluate((given) => lr.session.token(given), options);
}

/** Asks for a token that nobody is to see; gives the outcome: `okay`, or the code of the failure. */
export function outcome(page, options) {
  return page.evaluate((given) => lr.session.token(given).then((answer) => answer.code ?? answer.result), options);
}

/** Starts asking for a token; `outcomes` tells of all of them. */
export function ask(page, options) {
  return page.evaluate((given) => {
    (globalThis.asked ??= []).push(lr.session.token(given).then((answer) => answer.code ?? answer.result));
  }, options);
}

/** The outcomes of all that was asked so. */
export function outcomes(page) {
  return page.evaluate(() => Promise.all(globalThis.asked));
}

/** What everything of the page's own is stored under, with its value. */
export function stored(page, storage = 'localStorage') {
  return page.evaluate((name) => ({ ...globalThis[name] }), storage);
}

/** Waits until what is read is what is expected. If it never is, the difference is the failure. */
export async function eventually(read, expected, withinMs = 10_000) {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      // A page that has just been loaded may not have its client yet.
      assert.deepEqual(await read(), expected);
      return;
    } catch (difference) {
      if (Date.now() > end) throw difference;
    }
    await sleep(20);
  }
}

/**
 * Waits until the snapshot of a page has these members. Where the clock is stopped, `pass` lets a moment pass between two
 * looks: tabs give each other's news a few milliseconds.
 */
export function becomes(page, members, pass) {
  const names = Object.keys(members);
  return eventually(async () => {
    await pass?.(0.05);
    const found = await snapshot(page);
    return Object.fromEntries(names.map((name) => [name, found[name]]));
  }, members);
}

/** Waits until a refresh of the page waits for that: `lock`, `answer`, or nothing. */
export function waitsFor(page, what) {
  return eventually(async () => (await explain(page)).refreshing, what);
}

/** Lets a page believe that it is hidden, or seen again: a headless browser shows every page. */
export function show(page, isVisible) {
  return page.evaluate((visible) => {
    const define = (name, value) =>
      Object.defineProperty(document, name, { configurable: true, get: () => value });
    define('visibilityState', visible ? 'visible' : 'hidden');
    define('hidden', !visible);
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, isVisible);
}

/** For `open`: in the background, so that the page is hidden from the start. */
export const inBackground = {
  before: (page) =>
    page.addInitScript(() => {
      const define = (name, value) =>
        Object.defineProperty(document, name, { configurable: true, get: () => value });
      define('visibilityState', 'hidden');
      define('hidden', true);
    }),
};

/** Keeps requests for a token from the service until the function that it gives is called. */
export async function holdRefreshes(context) {
  const held = [];
  let isOpen = false;
  await context.route('**/v2/session*', (route) => (isOpen ? route.continue() : held.push(route)));
  return async () => {
    isOpen = true;
    await Promise.all(held.map((route) => route.continue()));
  };
}
