// What only the emulator can do: break the service, and tell what an app's own backend would know. By plain `fetch`, as in
// a test; its control API is described in docs/reference/emulator.md.

// Requests for a token, and nothing else: the demo's forms go on working.
const TOKEN = { path: '/v2/session', method: 'GET' }

const RULES = {
  unavailable: { status: 503 },
  busy: { status: 429, headers: { 'retry-after': '20', 'access-control-expose-headers': 'retry-after' } },
  silent: { hang: true },
}

/** Somebody who works in two accounts; made when first needed. The password is no secret, like that of the seed. */
export const GRACE = {
  email: 'grace@example.com',
  password: 'nanosecond-1944',
  first_name: 'Grace',
  last_name: 'Hopper',
  email_verified: true,
  memberships: [{ account: 'Compilers' }, { account: 'Navy', permissions: ['ar:owner'] }],
}

export class Emulator {
  #root
  /** The last change of the faults. */
  #change = Promise.resolve()

  constructor(root) {
    this.#root = root
  }

  /** How requests for a token are answered: `'none'` if by the realm itself, or the name of a fault. */
  async fault() {
    const [rule] = await this.#rules()
    if (rule === undefined) return 'none'
    if (rule.hang) return 'silent'
    return rule.status === RULES.busy.status ? 'busy' : 'unavailable'
  }

  /** Has a person's requests for a token answered so from now on; everybody's where it is not known whose they are. */
  breakWith(fault, user) {
    const change = this.#change.then(async () => {
      for (const { id } of await this.#rules()) await this.#ask('DELETE', 'script', { id })
      if (fault !== 'none') await this.#ask('POST', 'script', {}, { ...TOKEN, ...RULES[fault], user: user?.id })
    })
    // One after the other, or two would be left.
    this.#change = change.catch(() => {})
    return change
  }

  /** A person's accounts, each `{ id, name }`. A token names the selected one alone. */
  async accountsOf({ id }) {
    const { people } = await this.#ask('GET', 'people')
    return people.find((person) => person.id === id)?.accounts ?? []
  }

  /** Makes a person, unless there is one. */
  async invent(person) {
    await this.#ask('POST', 'people', {}, person, [409])
  }

  async #rules() {
    const { script } = await this.#ask('GET', 'script')
    return script.filter(({ path, method }) => path === TOKEN.path && method === TOKEN.method)
  }

  async #ask(method, what, query = {}, body, mayBe = []) {
    const url = new URL(what, this.#root)
    url.search = new URLSearchParams(query)
    const answer = await fetch(url, {
      method,
      credentials: 'omit',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!answer.ok && !mayBe.includes(answer.status)) throw new Error(`the emulator answered with ${answer.status}`)
    return answer.json()
  }
}
