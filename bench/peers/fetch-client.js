// The least there can be: one `fetch` for each call, its JSON, and nothing else. The others are measured against it.

const HEADERS = { accept: 'application/json', 'content-type': 'application/json' };

export class LoginRocket {
  #url;

  constructor({ url }) {
    this.#url = new URL('v2/', url).href;
  }

  login(params) {
    return this.#post('login', params);
  }

  forgotPassword(params) {
    return this.#post('password/forgot', params);
  }

  async getSession(params) {
    const response = await fetch(`${this.#url}session?${new URLSearchParams(params)}`, {
      headers: { accept: 'application/json' },
    });
    return response.json();
  }

  async #post(path, params) {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(params),
    });
    return response.json();
  }
}
