// The parity table: each row of protocol.md#official-calls, #official-urls, #official-results, what a client of the
// official shape does, what ours does, and why where they differ on purpose. Both run against the same server; a row
// fails when either changes.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { installed } from './support.mjs';
import * as official from './official.mjs';

const ours = await import(pathToFileURL(join(installed, 'dist/index.js')));
const OKAY = { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"result":"okay"}' };

let origin;
let answer = OKAY;
let seen = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => (body += piece));
  request.on('end', () => {
    seen.push({ method: request.method, path: request.url, headers: request.headers, body });
    if (answer === 'hang up') return request.socket.destroy();
    if (answer === 'never') return undefined;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
});

before(async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));

/** What the server saw of a call. */
async function sent(lib, call, options) {
  [seen, answer] = [[], OKAY];
  await call(new lib.LoginRocket({ url: origin, ...options }));
  assert.equal(seen.length, 1);
  return seen[0];
}

/** What a caller gets: `['resolves', value]`, `['rejects', error]` or `['throws', error]`. */
async function outcome(call) {
  let promise;
  try {
    promise = call();
  } catch (error) {
    return ['throws', error];
  }
  return promise.then(
    (value) => ['resolves', value],
    (error) => ['rejects', error],
  );
}

describe('what is sent', () => {
  const session = { session: 'kss_sample123456' };
  for (const [method, verb, path] of [
    ['login', 'POST', '/v2/login'],
    ['verifyLogin', 'POST', '/v2/login/verify'],
    ['getSession', 'GET', '/v2/session?session=kss_sample123456'],
    ['logout', 'DELETE', '/v2/session?session=kss_sample123456'],
    ['forgotPassword', 'POST', '/v2/password/forgot'],
    ['resetPassword', 'POST', '/v2/password/reset'],
    ['updatePassword', 'POST', '/v2/profile/password'],
    ['updateProfile', 'PUT', '/v2/profile'],
    ['requestInvitation', 'POST', '/v2/signup/request'],
    ['signup', 'POST', '/v2/signup'],
    ['verifyEmail', 'POST', '/v2/email/verify'],
  ]) {
    test(`${method} is ${verb} ${path.split('?')[0]}`, async () => {
      for (const lib of [official, ours]) {
        // A code without its token is misuse, unless the page has the token.
        const params = method === 'verifyLogin' ? { ...session, token: 'tmf:sample' } : session;
        const request = await sent(lib, (lr) => lr[method](params));
        assert.deepEqual([request.method, request.path], [verb, path]);
        assert.deepEqual(request.body, path.includes('?') ? '' : JSON.stringify(params));
      }
    });
  }

  const date = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  for (const [name, params, query] of [
    ['null and undefined are dropped', { a: null, b: undefined, c: '1' }, 'c=1'],
    ['an empty string is kept', { c: '' }, 'c='],
    ['a list repeats its name', { d: [1, 2] }, 'd[]=1&d[]=2'],
    ['nothing in a list is dropped', { d: [1, null, undefined, 2] }, 'd[]=1&d[]=2'],
    ['an empty list is nothing', { d: [], e: 1 }, 'e=1'],
    ['an object nests', { e: { f: 1, g: { h: 2 } } }, 'e[f]=1&e[g][h]=2'],
    ['a list in an object has indexes', { e: { f: [1, 2] } }, 'e[f][0]=1&e[f][1]=2'],
    ['objects in a list have indexes', { d: [{ f: 1 }, { g: 2 }] }, 'd[0][f]=1&d[1][g]=2'],
    ['lists in a list have indexes', { d: [[1], [2, 3]] }, 'd[0][0]=1&d[1][0]=2&d[1][1]=3'],
    ['booleans and numbers are words', { t: true, f: false, n: 1.5, m: -0 }, 't=true&f=false&n=1.5&m=0'],
    ['a date is ISO', { at: date }, 'at=2026-01-02T03:04:05.006Z'],
    ['a name that says it is a list is not told again', { 'a[]': [1, 2] }, 'a[]=1&a[]=2'],
    ['boxed values are values', { s: new String('x'), b: new Boolean(true) }, 's=x&b=true'],
    ['an object without a prototype is an object', Object.assign(Object.create(null), { a: 1 }), 'a=1'],
    ['search parameters are read', new URLSearchParams('a=1&b=2'), 'a=1&b=2'],
    ['a space is a plus', { q: 'a b' }, 'q=a+b'],
    ['a plus is escaped', { q: 'a+b' }, 'q=a%2Bb'],
    ['an at sign is escaped', { email: 'a@b.c' }, 'email=a%40b.c'],
    [': [ ] , $ stay', { q: ':[],$' }, 'q=:[],$'],
    ['other reserved characters are escaped', { q: '&=?/#%;"<>\\^`{|}' }, 'q=%26%3D%3F%2F%23%25%3B%22%3C%3E%5C%5E%60%7B%7C%7D'],
    ["- _ . ! ~ * ' ( ) stay", { q: "-_.!~*'()" }, "q=-_.!~*'()"],
    ['everything else is UTF-8', { q: 'ñ日😀' }, 'q=%C3%B1%E6%97%A5%F0%9F%98%80'],
    ['nothing at all is no query', {}, ''],
  ]) {
    test(`query: ${name}`, async () => {
      const path = query ? `/v2/session?${query}` : '/v2/session';
      // A URL parser escapes a few more characters on the way; both ways mean the same to a server.
      const plain = (path) => path.replaceAll('%27', "'").replaceAll('%22', '"').replaceAll('"', '%22');
      for (const lib of [official, ours]) {
        assert.equal(plain((await sent(lib, (lr) => lr.getSession(params))).path), plain(path));
      }
    });
  }

  for (const [name, params, body] of [
    ['no parameters are an empty object', undefined, {}],
    ['undefined is dropped and null kept', { a: undefined, b: null, c: '' }, { b: null, c: '' }],
    ['lists, objects, booleans, numbers', { d: [1, null], e: { f: [{}] }, t: true, n: 1.5 }, { d: [1, null], e: { f: [{}] }, t: true, n: 1.5 }],
    ['a date is ISO', { at: date }, { at: '2026-01-02T03:04:05.006Z' }],
    ['toJSON is asked', { a: { toJSON: () => 'b' } }, { a: 'b' }],
    ['a form is read', Object.assign(new FormData(), {}), {}],
    ['unknown parameters pass', { email: 'a', 'x y': 'ñ日😀"\\' }, { email: 'a', 'x y': 'ñ日😀"\\' }],
  ]) {
    test(`body: ${name}`, async () => {
      for (const lib of [official, ours]) {
        const request = await sent(lib, (lr) => lr.login(params));
        assert.deepEqual(JSON.parse(request.body), body);
        assert.equal(request.headers['content-type'], 'application/json');
      }
    });
  }

  test('headers: ours asks for JSON alone, names itself, and sends no content type without content', async () => {
    const pick = ({ headers }) => ['accept', 'content-type', 'lr-agent', 'accept-language'].map((name) => headers[name]);
    const version = ours.LoginRocket.VERSION;
    assert.deepEqual(pick(await sent(official, (lr) => lr.login({}))), [
      'application/json, text/plain, */*', 'application/json', 'LoginRocket/js v1.0.1', undefined,
    ]);
    assert.deepEqual(pick(await sent(ours, (lr) => lr.login({}))).slice(0, 3), [
      'application/json', 'application/json', `loginrocket-wasm/${version}`,
    ]);
    assert.equal((await sent(ours, (lr) => lr.getSession({}))).headers['content-type'], undefined);
    for (const lib of [official, ours]) {
      assert.equal(pick(await sent(lib, (lr) => lr.login({}), { locale: 'es-MX' }))[3], 'es-MX');
    }
    assert.equal((await sent(ours, (lr) => lr.login({}), { agent: 'my-app/1' })).headers['lr-agent'], 'my-app/1');
    assert.equal((await sent(ours, (lr) => lr.login({}), { agent: false })).headers['lr-agent'], undefined);
  });
});

describe('the URL', () => {
  const SAME = Symbol('the same');
  for (const [url, theirs, mine, why] of [
    ['http://localhost', 'http://localhost/v2/', SAME],
    ['http://localhost/', 'http://localhost/v2/', SAME],
    ['http://localhost/v2', 'http://localhost/v2/', SAME],
    ['http://localhost/v2/', 'http://localhost/v2/', SAME],
    ['http://localhost/login', 'http://localhost/login/v2/', SAME],
    ['http://localhost/foov2', 'http://localhost/foov2/', 'http://localhost/foov2/v2/', 'foov2 is no v2'],
    ['http://localhost/v2//', 'http://localhost/v2//v2/', 'http://localhost/v2/', 'a slip of the keyboard'],
    ['http://localhost/V2', 'http://localhost/V2/v2/', 'http://localhost/v2/', 'a slip of the keyboard'],
    [' http://localhost ', ' http://localhost /v2/', 'http://localhost/v2/', 'copied with white space'],
    ['http://localhost/v2?x=1', 'http://localhost/v2?x=1/v2/', 'invalid_url', 'the path would end up in the query'],
    ['http://localhost#h', 'http://localhost#h/v2/', 'invalid_url', 'the path would end up in the fragment'],
    ['not a url', 'not a url/v2/', 'invalid_url', 'every call would reject'],
    ['ftp://localhost', 'ftp://localhost/v2/', 'invalid_url', 'every call would reject'],
  ]) {
    test(`${JSON.stringify(url)}: ${mine === SAME ? 'the same' : why}`, () => {
      assert.equal(new official.LoginRocket({ url }).lrUrl, theirs);
      const normalised = () => {
        try {
          return new ours.LoginRocket({ url }).lrUrl;
        } catch (error) {
          return error.code;
        }
      };
      assert.equal(normalised(), mine === SAME ? theirs : mine);
    });
  }

  test('a URL object is accepted, where the official client throws', () => {
    const url = new URL('http://localhost/');
    assert.throws(() => new official.LoginRocket({ url }), TypeError);
    assert.equal(new ours.LoginRocket({ url }).lrUrl, 'http://localhost/v2/');
  });

  test('a blank value clears it, where the official client keeps the old one without a word', () => {
    for (const blank of [undefined, null, '']) {
      const [theirs, mine] = [official, ours].map((lib) => Object.assign(new lib.LoginRocket({ url: origin }), { lrUrl: blank }));
      assert.equal(theirs.lrUrl, `${origin}/v2/`);
      assert.throws(() => mine.lrUrl, { name: 'LoginRocketError', code: 'missing_url' });
    }
  });

  test('reading it while it is missing throws a LoginRocketError in both', () => {
    for (const lib of [official, ours]) assert.throws(() => new lib.LoginRocket().lrUrl, lib.LoginRocketError);
  });

  test('a locale can be set, read and cleared in both', () => {
    for (const lib of [official, ours]) {
      const lr = new lib.LoginRocket({ url: origin, locale: 'es' });
      assert.equal(lr.locale, 'es');
      lr.locale = 'ja';
      assert.equal(lr.locale, 'ja');
      for (const blank of [null, '', undefined]) {
        lr.locale = blank;
        assert.equal(lr.locale, undefined);
      }
    }
  });
});

describe('what a call comes to', () => {
  const json = { 'Content-Type': 'application/json' };
  const failure = (text, source) => ({ error: text, errors: [text], result: 'error', source });
  const GENERIC = 'An unexpected error occurred; please wait a minute and try again.';
  const both = async (reply, call = (lr) => lr.login({})) => {
    answer = reply;
    const results = [];
    for (const lib of [official, ours]) results.push(await outcome(() => call(new lib.LoginRocket({ url: origin }))));
    return results;
  };
  const plain = ({ error, errors, result, source }) => ({ error, errors, result, source });

  for (const status of [200, 201, 202, 299]) {
    test(`${status} resolves with the body as it is; ours adds next`, async () => {
      const body = { result: 'full_login', session: 'kss_1', account: 'org_1', token: 'a.b.c', unknown: { x: [1] } };
      const [theirs, mine] = await both({ status, headers: json, body: JSON.stringify(body) });
      assert.deepEqual(theirs, ['resolves', body]);
      assert.deepEqual(mine, ['resolves', { ...body, next: 'done' }]);
    });
  }

  for (const [status, code] of [[409, 'conflict'], [422, 'validation_failed']]) {
    test(`${status} resolves with the service’s own texts and no source; ours adds the code`, async () => {
      const body = { result: 'error', error: 'Login failed', errors: ['Login failed'], unknown: 1 };
      const [theirs, mine] = await both({ status, headers: json, body: JSON.stringify(body) });
      assert.deepEqual(theirs, ['resolves', body]);
      assert.deepEqual(mine, ['resolves', { ...body, code, status, retryable: false }]);
    });
  }

  for (const [status, text, source, code] of [
    [403, 'Session expired or access denied.', 'AccessDenied', 'access_denied'],
    [429, 'Rate limited; wait before trying again.', 'RateLimited', 'rate_limited'],
    [404, GENERIC, 'RecordNotFound', 'not_found'],
    [400, GENERIC, 'LoginRocketError', 'client_error'],
    [406, GENERIC, 'LoginRocketError', 'client_error'],
    [500, GENERIC, 'LoginRocketError', 'server_error'],
    [503, GENERIC, 'LoginRocketError', 'server_error'],
  ]) {
    test(`${status} resolves with the client’s own text and source; ours adds the code`, async () => {
      const [theirs, mine] = await both({ status, headers: json, body: '{"result":"error","error":"x","errors":["x"]}' });
      assert.deepEqual(theirs, ['resolves', failure(text, source)]);
      assert.deepEqual([mine[0], plain(mine[1])], ['resolves', failure(text, source)]);
      assert.deepEqual([mine[1].code, mine[1].status, mine[1].serviceErrors], [code, status, ['x']]);
    });
  }

  test('no connection resolves with the generic text in both', async () => {
    const [theirs, mine] = await both('hang up');
    assert.deepEqual(theirs, ['resolves', failure(GENERIC, 'LoginRocketError')]);
    assert.deepEqual([mine[0], plain(mine[1]), mine[1].code], ['resolves', failure(GENERIC, 'LoginRocketError'), 'network_error']);
  });

  test('no answer in time resolves with the generic text; theirs after 4 s, ours after timeoutMs', async () => {
    answer = 'never';
    const call = (lib, options) => outcome(() => new lib.LoginRocket({ url: origin, ...options }).login({}));
    const [theirs, mine] = await Promise.all([call(official), call(ours, { timeoutMs: 50 })]);
    assert.deepEqual(theirs, ['resolves', failure(GENERIC, 'LoginRocketError')]);
    assert.deepEqual([mine[0], plain(mine[1]), mine[1].code], ['resolves', failure(GENERIC, 'LoginRocketError'), 'timeout']);
  });

  test('304 resolves like any failure, where the official client rejects with an error of axios', async () => {
    const [theirs, mine] = await both({ status: 304 });
    assert.deepEqual([theirs[0], theirs[1].name], ['rejects', 'AxiosError']);
    assert.deepEqual([mine[0], plain(mine[1]), mine[1].code], ['resolves', failure(GENERIC, 'LoginRocketError'), 'unexpected_status']);
  });

  test('a redirect is not followed, where the official client carries the parameters along', async () => {
    answer = { status: 307, headers: { Location: '/v2/elsewhere' } };
    seen = [];
    const mine = await outcome(() => new ours.LoginRocket({ url: origin }).login({ password: 'x' }));
    assert.deepEqual([seen.length, mine[0], plain(mine[1]), mine[1].code], [1, 'resolves', failure(GENERIC, 'LoginRocketError'), 'redirected']);
    seen = [];
    const theirs = await outcome(() => new official.LoginRocket({ url: origin }).login({ password: 'x' }));
    assert.deepEqual(theirs, ['resolves', failure(GENERIC, 'LoginRocketError')]);
    assert.ok(seen.length > 1, 'it ends in a loop here, and anywhere else at another host');
  });

  for (const [name, reply, theirBody, code] of [
    ['an empty body', { status: 200, headers: json, body: '' }, '', 'empty_reply'],
    ['an HTML page', { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' }, '<html>', 'not_json'],
    ['broken JSON', { status: 200, headers: json, body: '{bad' }, '{bad', 'malformed_json'],
    ['null', { status: 200, headers: json, body: 'null' }, null, 'not_an_object'],
  ]) {
    test(`${name} is a failure with a code, where the official client resolves with it`, async () => {
      const [theirs, mine] = await both(reply);
      assert.deepEqual(theirs, ['resolves', theirBody]);
      assert.deepEqual([mine[0], plain(mine[1]), mine[1].code], ['resolves', failure(GENERIC, 'LoginRocketError'), code]);
    });
  }

  test('a missing URL resolves like any failure, where the official client throws before there is a promise', async () => {
    const theirs = await outcome(() => new official.LoginRocket().login({}));
    assert.deepEqual([theirs[0], theirs[1].message], ['throws', 'Missing LR url: set LoginRocket({url: ...})']);
    const mine = await outcome(() => new ours.LoginRocket().login({}));
    assert.deepEqual([mine[0], mine[1].result, mine[1].source, mine[1].code], ['resolves', 'error', 'LoginRocketError', 'missing_url']);
  });

  test('an unusable URL throws where it is set, where the official client rejects every call', async () => {
    const theirs = await outcome(() => new official.LoginRocket({ url: 'not a url' }).login({}));
    assert.equal(theirs[0], 'rejects');
    assert.throws(() => new ours.LoginRocket({ url: 'not a url', environment: 'browser' }), { code: 'invalid_url' });
  });
});

describe('the surface', () => {
  test('named and default export, the error classes, VERSION, and eleven methods', () => {
    assert.equal(ours.default, ours.LoginRocket);
    assert.match(ours.LoginRocket.VERSION, /^\d+\.\d+\.\d+/);
    for (const name of ['LoginRocketError', 'AccessDenied', 'RateLimited', 'RecordNotFound']) {
      assert.equal(typeof ours[name], 'function');
      assert.ok(new ours[name]('message') instanceof ours.LoginRocketError);
    }
    const methods = Object.keys(official.LoginRocket.prototype);
    assert.equal(methods.length, 11);
    const lr = new ours.LoginRocket();
    // What the official one kept for its HTTP library has no counterpart here.
    assert.equal(lr.config, undefined);
    for (const method of methods) assert.equal(typeof lr[method], 'function', method);
  });
});
