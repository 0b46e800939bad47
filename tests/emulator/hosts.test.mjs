// What belongs to one way of having an emulator: its options, its end, and what goes wrong.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { cli, clientOf, connectEmulator, createEmulator, installed, packages, person, startEmulator } from './support.mjs';

const login = (emulator) => clientOf(emulator).login(person);

test('a second stop does nothing, and a request after it is refused in a sentence', async () => {
  for (const make of [createEmulator, () => startEmulator({ port: 0, corePort: 0 })]) {
    const emulator = await make();
    await emulator.stop();
    await emulator.stop();
    await assert.rejects(emulator.people(), { name: 'EmulatorError', message: /was stopped/ });
    await assert.rejects(emulator.fetch(`${emulator.url}v2/session`), /was stopped/);
    await assert.rejects(emulator.handle(new Request(`${emulator.url}v2/session`)), /was stopped/);
  }
});

test('an emulator ends with the block that it was made in', async () => {
  const emulator = await startEmulator({ port: 0, corePort: 0 });
  await emulator[Symbol.asyncDispose ?? '@@asyncDispose']();
  await assert.rejects(connectEmulator(emulator.url), /no emulator answers at http:\/\/127\.0\.0\.1:\d+\//);
});

test('fixed randomness and a fixed key make two runs the same', async () => {
  const run = async () => {
    const emulator = await createEmulator({ random: 'a run', apiKey: 'ks_sample', seed: { realms: [{ name: 'r', people: [person] }] } });
    await emulator.clock.freeze(1_790_000_000_000);
    const { session } = await login(emulator);
    const found = [emulator.realm, emulator.apiKey, session];
    await emulator.stop();
    return found;
  };
  const [first, second] = [await run(), await run()];
  assert.deepEqual(first, second);
  assert.equal(first[1], 'ks_sample');
  const other = await createEmulator({ random: 'another run' });
  assert.notEqual(other.realm, first[0]);
});

test('the default realm’s id can be fixed, and what cannot be one is refused', async () => {
  const emulator = await createEmulator({ realm: 'rl_test', apiKey: 'ks_test' });
  assert.deepEqual([emulator.realm, emulator.id, emulator.apiKey], ['rl_test', 'rl_test', 'ks_test']);
  await emulator.stop();
  const served = await startEmulator({ port: 0, corePort: 0, realm: 'rl_test' });
  assert.equal(served.realm, 'rl_test');
  await served.stop();
  await assert.rejects(createEmulator({ realm: 'not one' }), { name: 'EmulatorError', message: /^the realm's id has to be of letters/ });
  await assert.rejects(startEmulator({ port: 0, corePort: 0, apiKey: '' }), /^EmulatorError: the API key has to be of letters/);
});

test('eight threads, each with a realm of its own, work on one server', async () => {
  const emulator = await startEmulator({ port: 0, corePort: 0 });
  const program = `
    import { connectEmulator } from ${JSON.stringify(pathToFileURL(join(packages, 'loginrocket-emulator/dist/index.js')))};
    import { parentPort, workerData } from 'node:worker_threads';
    const realm = await (await connectEmulator(workerData.url)).addRealm({ name: workerData.name });
    await realm.settings({ signup: 'open', jwt_minutes: 5 });
    const person = { email: workerData.name + '@example.com', password: 'a-good-password' };
    const body = JSON.stringify(person);
    const answer = await fetch(realm.url + 'v2/signup', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const people = await realm.people();
    await realm.remove();
    parentPort.postMessage([(await answer.json()).result, people.map(({ email }) => email)]);`;
  const work = async (number) => {
    const workerData = { url: emulator.url, name: `thread-${number}` };
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData });
    const [found] = await once(worker, 'message');
    assert.deepEqual(found, ['full_login', [`thread-${number}@example.com`]]);
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => work(number)));
  assert.equal((await emulator.realms()).length, 1);
  await emulator.stop();
});

test('a wrong seed is told with its field, and an unknown option with those that are known', async () => {
  const seed = { realms: [{ name: 'x', people: [{ email: 7 }] }] };
  await assert.rejects(createEmulator({ seed }), { name: 'EmulatorError', message: /^the seed is wrong: field `realms\[0\]\.people\[0\]\.email`/ });
  await assert.rejects(startEmulator({ port: 0, corePort: 0, seed }), /realms\[0\]\.people\[0\]\.email/);
  await assert.rejects(createEmulator({ sead: seed }), /no option `sead`: there are seed,/);
});

test('realms are exported, and imported into another emulator with their sessions', async () => {
  const [from, to] = [await createEmulator(), await createEmulator()];
  const { session } = await login(from);
  await to.import(await from.export());
  const answer = await clientOf(to).getSession({ session });
  assert.equal(answer.result, 'full_login');
  assert.equal(to.realm, from.realm);
});

test('a trap ends the emulator that had it with a sentence, and no other', async () => {
  const { Instance } = WebAssembly;
  let trap = false;
  // The module itself has no way to be made to fail, so one of its functions is put in front of it.
  WebAssembly.Instance = function (...given) {
    const { exports } = new Instance(...given);
    const handle = (...values) => {
      if (trap) throw new WebAssembly.RuntimeError('unreachable');
      return exports.realms_handle(...values);
    };
    return { exports: { ...exports, realms_handle: handle } };
  };
  let broken;
  try {
    broken = await createEmulator();
  } finally {
    WebAssembly.Instance = Instance;
  }
  const other = await createEmulator();
  trap = true;
  await assert.rejects(broken.people(), { name: 'EmulatorError', message: /the emulator failed.*make another one/ });
  trap = false;
  await assert.rejects(broken.people(), /the emulator failed/);
  assert.equal((await login(other)).result, 'full_login');
});

test('a public address and a busy port are refused in a sentence', async () => {
  await assert.rejects(startEmulator({ host: '0.0.0.0' }), /dangerouslyAllowPublicBind/);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  await assert.rejects(startEmulator({ port, corePort: 0 }), new RegExp(`^EmulatorError: port ${port} on 127.0.0.1 is in use`));
  taken.close();
});

test('the command signs a person in, at any free port, and ends by a signal', async () => {
  const child = spawn(process.execPath, [cli, '--port', '0', '--core-port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const ready = JSON.parse(value);
  const emulator = await connectEmulator(ready.loginrocket);
  assert.equal(emulator.apiKey, ready.api_key);
  assert.equal((await login(emulator)).result, 'full_login');
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('the example at the top of the page works as it stands there', async () => {
  const example = `
    import { createEmulator } from 'loginrocket-emulator';

    const emulator = await createEmulator();
    const lr = new LoginRocket({ url: emulator.url, fetch: emulator.fetch });
    await lr.login({ email: 'ada@example.com', password: 'engine-of-1843' });
    await lr.forgotPassword({ email: 'ada@example.com' });
    const [mail] = await emulator.mails({ to: 'ada@example.com' });
    await emulator.clock.advance(3_600_000);
    await emulator.script({ path: '/v2/session', count: 2, status: 503 });
    await emulator.stop();
  `;
  const program = `import { LoginRocket } from 'loginrocket-wasm';${example}console.log(mail.kind);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: installed, stdio: ['ignore', 'pipe', 'inherit'] });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  assert.equal(value, 'password_reset');
});

test('a CommonJS file has the same functions, and the package has no dependency', async () => {
  const { createEmulator: create } = createRequire(join(installed, 'x.js'))('loginrocket-emulator');
  assert.equal((await login(await create())).result, 'full_login');
  const manifest = JSON.parse(await readFile(join(packages, 'loginrocket-emulator/package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined);
});

test('an emulator on a public page is refused unless it is told loudly', async () => {
  const on = async (href, options) => {
    globalThis.location = new URL(href);
    try {
      return await createEmulator(options);
    } finally {
      delete globalThis.location;
    }
  };
  await assert.rejects(on('https://app.example.com/'), /dangerouslyAllowPublicOrigin: true/);
  for (const href of ['https://localhost/', 'http://app.example.com/', 'https://my.localhost:8443/']) await (await on(href)).stop();
  await (await on('https://app.example.com/', { dangerouslyAllowPublicOrigin: true })).stop();
});
