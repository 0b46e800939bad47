// What a careful app writes itself around a client that keeps nothing, in about a hundred lines: the fair twin of the axios
// client. It keeps the session and its token in `localStorage`, renews the token ahead of its end, once for all tabs, and tells
// the other tabs. It has no answer to what an app seldom thinks of. For example, a lock may reach a tab before what the last
// holder stored does, and then the tab asks again.
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { LoginRocket } from './axios-client.js';

const ENTRY = 'app:session';
const LOCK = 'app:refresh';

/** A token with less than this left is renewed before it is used. */
const MARGIN_MS = 5_000;

/** How long nobody asks again after a refusal. The client does not hand out `Retry-After`; its text says a minute. */
const PAUSE_MS = { RateLimited: 60_000, otherwise: 10_000 };

/** What says that a session is over. */
const OVER = ['AccessDenied', 'RecordNotFound'];

export class SessionStore {
  #client;
  #keys;
  #isVerifying;
  #channel = new BroadcastChannel(ENTRY);
  #listeners = new Set();
  #stored;
  #claims;
  #refreshing;
  #timer;

  /** `isVerifying`: whether the signature of every token is verified, too, before it is used. */
  constructor({ isVerifying = false, ...options }) {
    this.#client = new LoginRocket(options);
    this.#keys = createRemoteJWKSet(new URL('connect/jwks', options.url));
    this.#isVerifying = isVerifying;
    this.#channel.onmessage = () => this.#read();
    this.#read();
  }

  /** For the calls that change no session. */
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
    const answer = await this.#client.login(params);
    await this.#adopt(answer);
    return answer;
  }

  async logout() {
    const session = this.#stored?.session;
    this.#write(undefined);
    return this.#client.logout({ session });
  }

  /** A token that can be used now, if there is one. */
  async token() {
    if (this.#msLeft() < MARGIN_MS) await this.refresh();
    return this.#msLeft() > 0 ? this.#stored.token : undefined;
  }

  /** Everyone in this tab waits for one refresh, and all tabs for one lock. */
  refresh() {
    // What there is now: another token than this means that another tab was faster.
    const before = this.#stored?.token;
    this.#refreshing ??= navigator.locks
      .request(LOCK, () => this.#refreshAlone(before))
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  verify(token) {
    return jwtVerify(token, this.#keys, {
      issuer: 'https://authrocket.com',
      algorithms: ['RS256'],
      clockTolerance: 5,
    });
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#channel.close();
    this.#listeners.clear();
  }

  async #refreshAlone(before) {
    this.#read();
    // Another tab signed out, was faster, or was refused a moment ago.
    if (!this.#stored || this.#stored.token !== before || Date.now() < this.#stored.pausedUntil) return;
    const { session, account } = this.#stored;
    const answer = await this.#client.getSession({ session, account });
    if (OVER.includes(answer.source)) this.#write(undefined);
    else if (answer.result !== 'error') await this.#adopt(answer);
    else this.#write({ ...this.#stored, pausedUntil: Date.now() + (PAUSE_MS[answer.source] ?? PAUSE_MS.otherwise) });
  }

  async #adopt({ session, account, token }) {
    if (!session || !token) return;
    if (this.#isVerifying) await this.verify(token);
    this.#write({ session, account, token });
  }

  #write(stored) {
    if (stored) localStorage.setItem(ENTRY, JSON.stringify(stored));
    else localStorage.removeItem(ENTRY);
    this.#channel.postMessage('changed');
    this.#take(stored);
  }

  #read() {
    this.#take(JSON.parse(localStorage.getItem(ENTRY)) ?? undefined);
  }

  #take(stored) {
    const isChanged = stored?.token !== this.#stored?.token;
    this.#stored = stored;
    if (!isChanged) return;
    this.#claims = stored && decodeJwt(stored.token);
    clearTimeout(this.#timer);
    if (stored) this.#plan(this.#claims);
    for (const listener of this.#listeners) listener(this.user);
  }

  /** Renews it after four fifths of its life, or at once. A failure is told to whoever asks for a token next. */
  #plan({ iat, exp }) {
    const due = (iat + (exp - iat) * 0.8) * 1000;
    this.#timer = setTimeout(() => this.refresh().catch(() => {}), Math.max(0, due - Date.now()));
  }

  #msLeft() {
    return this.#claims ? this.#claims.exp * 1000 - Date.now() : 0;
  }
}
