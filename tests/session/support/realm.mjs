// A realm of the test's own in the given emulator, and what a test does to it behind the page's back.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { given } from '../../support/browser.mjs';

/** The emulator's ready line. */
const emulator = JSON.parse(given('LOGINROCKET_EMULATOR'));

/** Who lives in a realm whose test names nobody: one person with one account. */
export const ada = {
  email: 'ada@example.com',
  password: 'engine-of-1843',
  first_name: 'Ada',
  last_name: 'Lovelace',
};

/** The same person with places in two accounts, for realms that have `org_mode: 'multi_user'`. */
export const adaOfTwo = { ...ada, memberships: [{ account: 'Engines' }, { account: 'Looms' }] };

/** How long a token lasts here, in seconds, unless the test says otherwise. */
export const LIFETIME = 600;

/** How long a session lasts: longer than any test sleeps. */
const SESSION_MINUTES = 60 * 24 * 30;

/** Makes a realm, of whose seed more can be given; its first person is `person`. */
export async function makeRealm({ settings = {}, people = [ada], ...seed } = {}) {
  const name = `session-${randomUUID()}`;
  const all = { jwt_minutes: LIFETIME / 60, session_minutes: SESSION_MINUTES, ...settings };
  const { id, loginrocket } = await control('POST', 'realms', {}, { name, settings: all, people, ...seed });
  return new Realm(name, id, loginrocket, people[0]);
}

class Realm {
  constructor(name, id, url, person) {
    this.name = name;
    /** `rl_…` */
    this.id = id;
    /** Its LoginRocket URL. */
    this.url = url;
    this.person = { email: person.email, password: person.password };
  }

  #control(method, what, body, query = {}) {
    return control(method, what, { realm: this.name, ...query }, body);
  }

  /** What the next requests for a token, or those that the rule names, get in place of the realm's own answer. */
  async script(rule) {
    const { id } = await this.#control('POST', 'script', { path: '/v2/session', method: 'GET', ...rule });
    return id;
  }

  /** Takes all that back. */
  unscript() {
    return this.#control('DELETE', 'script');
  }

  /** The requests so far, oldest first, with preflights. */
  async log() {
    return (await this.#control('GET', 'requests')).requests;
  }

  /** The requests of pages so far, oldest first, without preflights. */
  async requests() {
    return (await this.log()).filter(({ method }) => method !== 'OPTIONS');
  }

  /** Those for its keys, preflights too: one would be a request more. */
  async keyRequests() {
    const { requests } = await this.#control('GET', 'requests', undefined, { path: '/connect/jwks' });
    return requests;
  }

  /** How many there were. */
  async keyRequestCount() {
    return (await this.keyRequests()).length;
  }

  /** Makes a new key, which signs from now on; `drop_old` takes the older ones away. Gives its id. */
  async rotateKeys(rotation = {}) {
    return (await this.#control('POST', 'keys', rotation)).kid;
  }

  /** Calls the server's API as a back end does. */
  async core(method, what, body) {
    const response = await fetch(new URL(`v2/${what}`, emulator.core), {
      method,
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        'authrocket-api-key': emulator.api_key,
        'authrocket-realm': this.id,
      },
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${what}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** Those for a token. */
  async refreshes() {
    return (await this.requests()).filter(({ method, path }) => method === 'GET' && path === '/v2/session');
  }

  /** How many there were. */
  async refreshCount() {
    return (await this.refreshes()).length;
  }

  /** Those that sign out. */
  async signOuts() {
    return (await this.requests()).filter(({ method, path }) => method === 'DELETE' && path === '/v2/session');
  }

  /** Empties the log. */
  forget() {
    return this.#control('DELETE', 'requests');
  }

  /** Lets time pass for the realm; for its pages it does not. */
  advance(seconds) {
    return this.#control('POST', 'clock', { advance_seconds: seconds });
  }

  /** Stops the realm's clock at that second. */
  freeze(now) {
    return this.#control('POST', 'clock', { set: now, freeze: true });
  }

  /** What its clock shows, as `{ now }`. */
  time() {
    return this.#control('GET', 'clock');
  }

  /** Changes settings, leaving the others. */
  set(settings) {
    return this.#control('PUT', 'settings', settings);
  }

  /** Ends all sessions, and tells no page. */
  endSessions() {
    return this.#control('DELETE', 'sessions');
  }

  /** How many sessions live. */
  async sessionCount() {
    return (await this.#control('GET', 'sessions')).sessions.length;
  }

  /** A person's accounts, the first one's unless it is said whose, each `{ id, name }`. */
  async accounts(of = this.person.email) {
    const { people } = await this.#control('GET', 'people');
    return people.find(({ email }) => email === of).accounts;
  }

  /** The code that a person's authenticator shows. */
  async code() {
    return (await this.#control('GET', 'totp', undefined, { user: this.person.email })).code;
  }

  /** The token in the newest mail to an address. */
  async mailedToken(to = this.person.email) {
    const { mails } = await this.#control('GET', 'mails', undefined, { to });
    return mails.at(-1).token;
  }

  /** Removes the realm and all in it. */
  remove() {
    return this.#control('DELETE', 'realms');
  }
}

async function control(method, what, query, body) {
  const url = new URL(what, `${new URL('_emulator/', emulator.loginrocket)}`);
  url.search = new URLSearchParams(query);
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${what}: ${response.status} ${text}`);
  return JSON.parse(text);
}
