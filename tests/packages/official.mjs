// A thin axios client with the surface and the behaviour of the official loginrocket.js 1.0.1, written from its measured
// description (protocol.md#official-calls, #official-urls, #official-results), so that the parity table can run both.
// It is deliberately no better than that.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { default: axios } = await import(createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json')).resolve('axios'));

export class LoginRocketError extends Error {}
export class AccessDenied extends LoginRocketError {}
export class RateLimited extends LoginRocketError {}
export class RecordNotFound extends LoginRocketError {}

const GENERIC = 'An unexpected error occurred; please wait a minute and try again.';
const TEXTS = { AccessDenied: 'Session expired or access denied.', RateLimited: 'Rate limited; wait before trying again.' };
const CLASSES = { 403: AccessDenied, 404: RecordNotFound, 429: RateLimited };

const ROUTES = {
  login: ['post', 'login'],
  verifyLogin: ['post', 'login/verify'],
  getSession: ['get', 'session'],
  logout: ['delete', 'session'],
  forgotPassword: ['post', 'password/forgot'],
  resetPassword: ['post', 'password/reset'],
  updatePassword: ['post', 'profile/password'],
  updateProfile: ['put', 'profile'],
  requestInvitation: ['post', 'signup/request'],
  signup: ['post', 'signup'],
  verifyEmail: ['post', 'email/verify'],
};

export class LoginRocket {
  static VERSION = '1.0.1';
  #url;
  #headers = { Accept: 'application/json, text/plain, */*', 'Content-Type': 'application/json', 'LR-Agent': 'LoginRocket/js v1.0.1' };

  constructor({ url, locale } = {}) {
    this.lrUrl = url;
    this.locale = locale;
  }

  get lrUrl() {
    if (!this.#url) throw new LoginRocketError('Missing LR url: set LoginRocket({url: ...})');
    return this.#url;
  }

  set lrUrl(url) {
    if (!url) return;
    const slashed = url.match(/\/$/) ? url : `${url}/`;
    this.#url = slashed.endsWith('v2/') ? slashed : `${slashed}v2/`;
  }

  get locale() {
    return this.#headers['Accept-Language'];
  }

  set locale(locale) {
    if (locale) this.#headers['Accept-Language'] = locale;
    else delete this.#headers['Accept-Language'];
  }

  async send(baseURL, method, url, params) {
    try {
      const where = method === 'get' || method === 'delete' ? 'params' : 'data';
      const answer = await axios.request({
        baseURL,
        url,
        method,
        timeout: 4000,
        headers: this.#headers,
        [where]: params,
        validateStatus: (status) => (status >= 200 && status < 300) || status === 409 || status === 422,
      });
      return answer.data;
    } catch (error) {
      const status = error.response?.status;
      if (error.code === 'ERR_INVALID_URL' || (status && status < 400)) throw error;
      const source = (CLASSES[status] ?? LoginRocketError).name;
      const text = TEXTS[source] ?? GENERIC;
      return { error: text, errors: [text], result: 'error', source };
    }
  }
}

for (const [name, [method, path]] of Object.entries(ROUTES)) {
  // Not async: without a URL it throws before there is a promise.
  LoginRocket.prototype[name] = function (params = {}) {
    return this.send(this.lrUrl, method, path, params);
  };
}
