// The Rust host in the shape of the npm package, for the behaviour suite.
import start, { RustClient } from './rust_host.js';

await start();

export class LoginRocketError extends Error {
  constructor(failure) {
    super(failure.message);
    Object.assign(this, failure, { name: failure.source });
  }
}

/** Runs what may throw a failure. */
function attempt(run) {
  try {
    return run();
  } catch (thrown) {
    throw thrown?.code ? new LoginRocketError(thrown) : thrown;
  }
}

/** Options, of which a `URL` is the text that it stands for. */
const texts = (given) =>
  Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name, value instanceof URL ? value.href : value]));

const freeze = (value) => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
};

export class LoginRocket {
  #client;
  #session;

  constructor(options = {}) {
    this.#client = attempt(() => new RustClient({ ...options, url: options.url && String(options.url) }));
    const client = this.#client;
    const storageKind = typeof options.storage === 'object' ? 'custom' : (options.storage ?? 'memory');
    this.#session = Object.freeze({
      get snapshot() {
        return freeze(client.snapshot());
      },
      subscribe(listener) {
        const listening = client.subscribe(() => listener(freeze(client.snapshot())));
        return () => listening.end();
      },
      token: (given) => client.token(given),
      refresh: (given) => client.refresh(given),
      switchAccount: (account, given) => client.switchAccount(account, given),
      async fetch(input, init) {
        const request = new Request(input, init);
        return client.fetch(request).catch((thrown) => {
          if (!thrown?.code || thrown instanceof Error) throw thrown;
          // A signal that ended it says why itself.
          if (thrown.code === 'aborted') throw request.signal.reason ?? new DOMException(thrown.message, 'AbortError');
          throw new LoginRocketError(thrown);
        });
      },
      signOut: () => client.signOut(),
      adoptRedirect: (url, given) =>
        client.adoptRedirect(url === undefined || url === location ? undefined : String(url), given ?? {}),
      explain() {
        const explained = client.explain();
        return { ...explained, storage: { ...explained.storage, kind: storageKind } };
      },
      dispose: () => client.dispose(),
    });
  }

  get session() {
    this.#client.attach();
    return this.#session;
  }

  get lrUrl() {
    return attempt(() => this.#client.url());
  }

  set lrUrl(url) {
    attempt(() => this.#client.setUrl(url === null || url === undefined ? undefined : String(url)));
  }

  set locale(locale) {
    attempt(() => this.#client.setLocale(locale ?? undefined));
  }

  verifyToken(token, given) {
    return this.#client.verifyToken(token, given);
  }

  decodeToken(token) {
    return this.#client.decodeToken(token);
  }

  get hosted() {
    const url = (page) => (given) => attempt(() => this.#client.hostedUrl(page, texts(given)));
    return {
      loginUrl: url('login'),
      signupUrl: url('signup'),
      profileUrl: url('profile'),
      accountsUrl: url('accounts'),
      accountUrl: (account, given) => url('account')({ ...given, account }),
      logoutUrl: url('logout'),
      open: (page, given) => this.#client.openHosted(page, texts(given)),
    };
  }

  login(params, options) {
    return this.#client.call('login', params, options);
  }

  verifyLogin(params, options) {
    return this.#client.call('verifyLogin', params, options);
  }

  getSession(params, options) {
    return this.#client.call('getSession', params, options);
  }

  logout(params, options) {
    return this.#client.call('logout', params, options);
  }

  forgotPassword(params, options) {
    return this.#client.call('forgotPassword', params, options);
  }

  resetPassword(params, options) {
    return this.#client.call('resetPassword', params, options);
  }

  updatePassword(params, options) {
    return this.#client.call('updatePassword', params, options);
  }

  updateProfile(params, options) {
    return this.#client.call('updateProfile', params, options);
  }

  signup(params, options) {
    return this.#client.call('signup', params, options);
  }

  requestInvitation(params, options) {
    return this.#client.call('requestInvitation', params, options);
  }

  verifyEmail(params, options) {
    return this.#client.call('verifyEmail', params, options);
  }
}
