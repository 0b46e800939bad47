// A client by the official client's design: its eleven calls over axios, its URL rule, its timeout of four seconds, its results
// and its error classes (protocol.md#official-calls, #official-urls, #official-results). Nothing is added and nothing left out.
import axios from 'axios';

export class LoginRocketError extends Error {}
export class AccessDenied extends LoginRocketError {}
export class RateLimited extends LoginRocketError {}
export class RecordNotFound extends LoginRocketError {}

const UNEXPECTED = 'An unexpected error occurred; please wait a minute and try again.';

/** The class of a status, and the sentence that the person gets. */
const failures = new Map([
  [403, [AccessDenied, 'Session expired or access denied.']],
  [404, [RecordNotFound, UNEXPECTED]],
  [429, [RateLimited, 'Rate limited; wait before trying again.']],
]);

const isAnswer = (status) => (status >= 200 && status < 300) || status === 409 || status === 422;

export class LoginRocket {
  static VERSION = '1.0.1';

  #headers = {
    Accept: 'application/json, text/plain, */*',
    'Content-Type': 'application/json',
    'LR-Agent': `LoginRocket/js v${LoginRocket.VERSION}`,
  };
  #url;
  #adapter;

  /** `adapter` is axios's own option: how it sends requests. */
  constructor({ url, locale, adapter } = {}) {
    this.lrUrl = url;
    this.locale = locale;
    this.#adapter = adapter;
  }

  get lrUrl() {
    if (this.#url) return this.#url;
    throw new LoginRocketError('Missing LR url: set LoginRocket({url: ...})');
  }

  set lrUrl(url) {
    if (!url) return;
    const folder = url.endsWith('/') ? url : `${url}/`;
    this.#url = folder.endsWith('v2/') ? folder : `${folder}v2/`;
  }

  get locale() {
    return this.#headers['Accept-Language'];
  }

  set locale(locale) {
    if (locale) this.#headers['Accept-Language'] = locale;
    else delete this.#headers['Accept-Language'];
  }

  login(params) {
    return this.#write('post', 'login', params);
  }

  verifyLogin(params) {
    return this.#write('post', 'login/verify', params);
  }

  getSession(params) {
    return this.#ask('get', 'session', params);
  }

  logout(params) {
    return this.#ask('delete', 'session', params);
  }

  forgotPassword(params) {
    return this.#write('post', 'password/forgot', params);
  }

  resetPassword(params) {
    return this.#write('post', 'password/reset', params);
  }

  updatePassword(params) {
    return this.#write('post', 'profile/password', params);
  }

  updateProfile(params) {
    return this.#write('put', 'profile', params);
  }

  signup(params) {
    return this.#write('post', 'signup', params);
  }

  requestInvitation(params) {
    return this.#write('post', 'signup/request', params);
  }

  verifyEmail(params) {
    return this.#write('post', 'email/verify', params);
  }

  #ask(method, path, params = {}) {
    return this.#request({ method, url: path, params });
  }

  #write(method, path, data = {}) {
    return this.#request({ method, url: path, data });
  }

  async #request(request) {
    try {
      const answer = await axios.request({
        ...request,
        baseURL: this.lrUrl,
        timeout: 4000,
        headers: this.#headers,
        validateStatus: isAnswer,
        ...(this.#adapter && { adapter: this.#adapter }),
      });
      return answer.data;
    } catch (cause) {
      const [failure, error] = failures.get(cause.response?.status) ?? [LoginRocketError, UNEXPECTED];
      return { result: 'error', error, errors: [error], source: failure.name };
    }
  }
}
