// What an app adds by hand to a client that keeps nothing: the session in localStorage, its token in memory, one refresh at
// a time and ahead of its end. Here for its size; nobody claims that it is right in all corners.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { LoginRocket } from './axios-client.js';

const ENTRY = 'app:session';

export class SessionStore {
  #client;
  #keys;
  #listeners = new Set();
  #token;
  #claims;
  #refreshing;
  #timer;

  constructor(options) {
    this.#client = new LoginRocket(options);
    this.#keys = createRemoteJWKSet(new URL('/connect/jwks', options.url));
  }

  get client() {
    return this.#client;
  }

  get user() {
    return this.#claims && { id: this.#claims.sub, name: this.#claims.name, email: this.#claims.email };
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    listener(this.user);
    return () => this.#listeners.delete(listener);
  }

  async login(params) {
    return this.#adopt(await this.#client.login(params));
  }

  async token() {
    if (this.#claims && this.#claims.exp * 1000 > Date.now() + 5000) return this.#token;
    await this.refresh();
    return this.#token;
  }

  refresh() {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async logout() {
    const { session } = this.#stored();
    this.#clear();
    return this.#client.logout({ session });
  }

  async #ask() {
    const { session, account } = this.#stored();
    if (!session) return undefined;
    const answer = await this.#client.getSession({ session, account });
    if (answer.source === 'AccessDenied') this.#clear();
    return this.#adopt(answer);
  }

  async #adopt(answer) {
    if (!answer.session || !answer.token) return answer;
    const { payload } = await jwtVerify(answer.token, this.#keys, { issuer: 'https://authrocket.com' });
    localStorage.setItem(ENTRY, JSON.stringify({ session: answer.session, account: answer.account }));
    this.#token = answer.token;
    this.#claims = payload;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), (payload.exp - payload.iat) * 800);
    this.#tell();
    return answer;
  }

  #clear() {
    localStorage.removeItem(ENTRY);
    clearTimeout(this.#timer);
    this.#token = undefined;
    this.#claims = undefined;
    this.#tell();
  }

  #stored() {
    return JSON.parse(localStorage.getItem(ENTRY) ?? '{}');
  }

  #tell() {
    for (const listener of this.#listeners) listener(this.user);
  }
}
