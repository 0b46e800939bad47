// The session that outlives a call, as little of it as a page needs. To be replaced by `lr.session`, which adds what is
// missing here: several tabs, refresh ahead of expiry, back-off.
//
// Kept across a reload: the session id and the account, nothing else. The id can mint tokens, so it never leaves this
// file but as a parameter of the SDK; the token and passwords are never stored.

import { isFailure } from './failure.js'

const KEY = 'loginrocket-demo'

const UNEXPECTED = 'LoginRocket answered, but not about your session.'

// Like a failure of the SDK, for an answer that is none and is about no session either.
const UNEXPECTED_ANSWER = { error: UNEXPECTED, errors: [UNEXPECTED], code: 'unexpected_answer' }

export class Session {
  #lr
  #kept = recall()
  #answer = null
  #failure = null

  constructor(lr) {
    this.#lr = lr
  }

  /** True from a sign-in until the session's end, however little is known about it at the moment. */
  get open() {
    return this.#kept !== null
  }

  /** The last token, or null after a reload that could not get one, and while conditions are open. */
  get token() {
    return this.#answer?.next === 'done' ? this.#answer.token : null
  }

  /** What the person has to do next, or undefined while nobody asked the service. */
  get next() {
    return this.#answer?.next
  }

  /** The conditions that keep the service from issuing a token. */
  get conditions() {
    return this.#answer?.conditions ?? []
  }

  /** Why the last refresh brought nothing, or null: while it is set, what is known may be stale. */
  get failure() {
    return this.#failure
  }

  /** Takes a login-like answer that carries a session. One that it replaces must not live on, known to nobody. */
  adopt(answer) {
    const replaced = this.#kept?.session ?? answer.session
    if (replaced !== answer.session) this.#lr.logout({ session: replaced })
    this.#answer = answer
    this.#failure = null
    this.#kept = { session: answer.session, account: answer.account ?? null }
    store(this.#kept)
  }

  /**
   * Gets a new token: `'renewed'`, `'ended'`, `'stale'`, or `'superseded'` when something else happened meanwhile.
   *
   * Only the service's 403 ends a session. No network, 429 and 5xx say nothing about it.
   */
  async refresh(options) {
    const asked = this.#kept
    if (asked === null) return 'superseded'
    let answer = await this.#lr.getSession(asked, options)
    if (answer.code === 'access_denied' && asked.account !== null) {
      // The refusal may mean the account alone (contract §2.3), and that must not cost the session.
      answer = await this.#lr.getSession({ session: asked.session }, options)
    }

    if (this.#kept !== asked || answer.code === 'aborted') return 'superseded'
    if (answer.code === 'access_denied') {
      this.#clear()
      return 'ended'
    }
    if (isFailure(answer)) {
      this.#failure = answer
      return 'stale'
    }
    // An answer that is about no session says nothing about this one.
    if (answer.session === undefined) {
      this.#failure = UNEXPECTED_ANSWER
      return 'stale'
    }
    this.adopt(answer)
    return 'renewed'
  }

  /** Signs out: here at once, then at the service. Resolves with the service's answer. */
  async signOut() {
    const { session } = this.#kept
    this.#clear()
    return this.#lr.logout({ session })
  }

  #clear() {
    this.#kept = null
    this.#answer = null
    this.#failure = null
    store(null)
  }
}

// A browser may forbid storage, and then reading or writing throws: the session lasts until the reload.

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY))
  } catch {
    return null
  }
}

function store(kept) {
  try {
    if (kept === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, JSON.stringify(kept))
  } catch {
    // See above.
  }
}
