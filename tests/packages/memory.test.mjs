// What a call leaves in the module's memory: nothing that was secret, and in the end nothing at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNode } from './support.mjs';

/** The beginning of a script: `memory` is the module's, once there is one. */
const watched = `
  let memory;
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const instance = new target(...args);
      memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      return instance;
    },
  });
  const { LoginRocket } = await import('loginrocket-wasm');
`;

test('calls leave nothing behind, whether they are answered, given up together or late one after the other', async () => {
  const found = await runInNode(
    `
      ${watched}
      const answer = '{"result":"okay"}';
      const url = 'https://login.example.com';
      const answered = new LoginRocket({ url, fetch: async () => new Response(answer) });
      const hung = new LoginRocket({ url, fetch: () => new Promise(() => {}) });
      const late = new LoginRocket({ url, fetch: () => new Promise(() => {}), timeoutMs: 1 });
      const params = { email: 'ada@example.com' };
      const codes = new Set();
      const round = async () => {
        for (let i = 0; i < 500; i++) {
          await answered.forgotPassword(params, { signal: new AbortController().signal });
        }
        // By a signal and not in time: how many end at once by a timer, and so how large a list of them is, varies.
        const controller = new AbortController();
        const { signal } = controller;
        const together = Array.from({ length: 100 }, () => hung.forgotPassword(params, { signal }));
        controller.abort();
        for (const { code } of await Promise.all(together)) codes.add(code);
        for (let i = 0; i < 20; i++) codes.add((await late.forgotPassword(params)).code);
      };
      // Blocks are used again, so that after the first rounds there is one for everything.
      for (let i = 0; i < 3; i++) await round();
      const before = memory.buffer.byteLength;
      for (let i = 0; i < 6; i++) await round();
      console.log(JSON.stringify({ codes: [...codes], before, after: memory.buffer.byteLength }));
    `,
    'module',
  );
  assert.deepEqual(found.codes, ['aborted', 'timeout']);
  assert.equal(found.after, found.before);
});

test('passwords, session ids and tokens are wiped from the module’s memory when the call is over', async () => {
  const found = await runInNode(
    `
      ${watched}
      const count = (text) => {
        const bytes = Buffer.from(memory.buffer);
        let times = 0;
        for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) times++;
        return times;
      };
      const answer = '{"result":"full_login","session":"kss_SessionMarker","account":"org_1","token":"a.TokenMarker.c"}';
      const url = 'https://login.example.com';
      const answered = new LoginRocket({ url, fetch: async () => new Response(answer), agent: 'ControlMarker' });
      const hung = new LoginRocket({ url, fetch: () => new Promise(() => {}), timeoutMs: 20 });
      const calls = [];
      for (const secret of ['PasswordMarker', 'PasswordMarker-é', 'PasswordMarker-😀'.repeat(40)]) {
        for (const padding of [0, 50, 5000]) {
          const params = { session: secret, password: secret, padding: 'x'.repeat(padding) };
          calls.push(await answered.login(params), await answered.getSession(params));
        }
        calls.push(await hung.login({ password: secret }), await hung.getSession({ session: secret }));
        calls.push(await answered.logout({ session: secret, deep: [[[secret]]] }));
        calls.push(await answered.login({ password: secret, toJSON: () => secret }));
      }
      console.log(JSON.stringify({
        calls: calls.length,
        control: count('ControlMarker'),
        left: ['PasswordMarker', 'SessionMarker', 'TokenMarker'].map(count),
      }));
    `,
    'module',
  );
  assert.equal(found.calls, 30);
  assert.ok(found.control > 0, 'the search finds what is there');
  assert.deepEqual(found.left, [0, 0, 0]);
});
