// Tests of `lr.session.fetch`: what they share.
import { startApi } from './api.mjs';
import { token } from './steps.mjs';
import { visit } from './visit.mjs';

/** Defines a test with a backend of its own, on the app's own origin below `/api/` and on another one, `api.origin`. */
export function call(name, options, run) {
  visit(name, options, async (world) => {
    const api = await startApi();
    try {
      await api.serveAt(world.context, world.origin);
      await run({ ...world, api });
    } finally {
      await api.close();
    }
  });
}

/** Calls `lr.session.fetch`; gives the status, or what it was rejected with. */
export function get(page, input, init) {
  return page.evaluate(
    ([where, how]) =>
      lr.session.fetch(where, how).then(
        ({ status }) => status,
        (error) => ({ name: error.name, code: error.code, isTyped: error instanceof LoginRocketError }),
      ),
    [input, init],
  );
}

/** What a request with the token of now says. */
export const authorizationOf = async (page) => `Bearer ${(await token(page)).token}`;
