// Nothing that can be seen of a client holds a password, a session id or a token. Every other test looks at its end, too.
import assert from 'node:assert/strict';
import { ada } from './support/realm.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };
const seed = 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U';

visit(
  'nothing that can be seen of a client holds a secret',
  { settings: { totp: true }, people: [{ ...ada, totp_seed: seed }] },
  async (world) => {
    const { realm, open } = world;
    const page = await open(local);
    const first = await page.evaluate((person) => lr.login(person), realm.person);
    const code = await realm.code();
    const second = await page.evaluate((given) => lr.verifyLogin(given), { token: first.token, code });
    const secrets = [realm.person.password, first.token, second.session, second.token];
    const seen = await page.evaluate(async () => {
      const texts = [];
      // Everything that can be reached from outside, own and inherited, with what it is written as.
      const look = (value, depth) => {
        try {
          texts.push(String(value), JSON.stringify(value) ?? '');
        } catch {
          // What cannot be written cannot be seen that way.
        }
        if (depth === 0 || (typeof value !== 'object' && typeof value !== 'function') || value === null) return;
        for (let each = value; each && each !== Object.prototype; each = Object.getPrototypeOf(each)) {
          for (const name of Reflect.ownKeys(each)) {
            texts.push(String(name));
            try {
              look(value[name], depth - 1);
            } catch {
              // A getter that throws shows nothing.
            }
          }
        }
      };
      look(lr, 4);
      look(lr.session, 4);
      look(lr.session.explain(), 4);
      look(told, 4);
      return texts.join('\n');
    });
    for (const secret of secrets) assert.ok(!seen.includes(secret));
  },
);

visit('what goes wrong is told without secrets', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  const page = await open(local);
  const { session, token: jwt } = await page.evaluate((person) => lr.login(person), realm.person);
  await realm.script({ status: 500 });
  await pass(3600);
  const failures = await page.evaluate(async () => {
    const answers = [
      await lr.session.token(),
      await lr.session.refresh(),
      await lr.session.switchAccount('org_sample123456'),
    ];
    const thrown = await lr.session
      .fetch('/x')
      .catch((error) => [String(error), error.stack, JSON.stringify(error)]);
    return JSON.stringify([answers, thrown]);
  });
  for (const secret of [session, jwt, realm.person.password]) assert.ok(!failures.includes(secret));
});
