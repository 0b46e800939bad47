// A journey between an app and the hosted pages of its realm, with true navigation.
import assert from 'node:assert/strict';
import { visit } from '../../session/support/visit.mjs';

/**
 * Defines a test as `visit` does. `run` gets, beside all that, `land(where, options, context)`: it opens the app at an
 * address of its origin, in a tab whose client is made with these options whenever the app is loaded in it. The app takes
 * over what a hosted page sends as soon as it is loaded.
 */
export function journey(name, options, run) {
  visit(name, options, (world) => {
    const { context, origin, realm } = world;
    const land = async (where = '/app.html', given = {}, other = context) => {
      const page = await other.newPage();
      await page.addInitScript(
        (all) => {
          globalThis.given = all;
        },
        { url: realm.url, storage: 'local', adopts: true, ...given },
      );
      await page.goto(new URL(where, origin).href);
      await loaded(page);
      return page;
    };
    return run({ ...world, land });
  });
}

/** Waits until the app has started in a page. */
export function loaded(page) {
  return page.waitForFunction(() => 'adoption' in globalThis);
}

/** What became of the redirect that the app was loaded with, without its sentences. */
export async function adoption(page) {
  await loaded(page);
  const { code, result, adopted, user } = await page.evaluate(() => adoption);
  return code ? { code, user: user?.email } : { result, adopted };
}

export const adopted = { result: 'okay', adopted: true };
export const nothing = { result: 'okay', adopted: false };

/** Leaves for a hosted page, which sends the browser back to the app as it is now, or to `back`. */
export async function leaveFor(page, hosted, options = {}, back) {
  const { origin } = new URL(page.url());
  await Promise.all([
    page.waitForURL((url) => url.origin !== origin),
    page.evaluate(
      ([where, how, redirectUri]) => {
        lr.hosted.open(where, { redirectUri: redirectUri ?? location.href, ...how });
      },
      [hosted, options, back],
    ),
  ]);
}

/** The same for a page that asks nothing and sends the browser straight back. */
export async function goThrough(page, hosted, options = {}) {
  await Promise.all([
    page.waitForEvent('domcontentloaded'),
    page.evaluate(
      ([where, how]) => {
        lr.hosted.open(where, { redirectUri: location.href, ...how });
      },
      [hosted, options],
    ),
  ]);
}

/** Waits until the browser is back in the app, and gives what became of it. */
export async function comeBack(page, origin) {
  await page.waitForURL((url) => url.origin === origin);
  const outcome = await adoption(page);
  assert.ok(!page.url().includes('token='), 'the address bar holds no token');
  return outcome;
}

/** Fills the hosted form in. */
export async function logInThere(page, { email, password }) {
  await page.getByLabel('E-mail or username').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** A token that somebody else has, from somewhere else. */
export async function tokenElsewhere(realm, newContext, address, person) {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(address());
  await page.waitForFunction(() => globalThis.lr);
  const token = await page.evaluate((who) => lr.login(who).then((answer) => answer.token), person);
  await context.close();
  return token;
}
