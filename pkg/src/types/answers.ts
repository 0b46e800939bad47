// What the calls resolve with when they did what was asked.

import type { OpenRecord, OpenValue } from './open'

/** What a UI does after a login-like answer. */
export type Next = 'done' | 'verify' | 'select_account' | 'complete_profile' | 'other'

/** The person is signed in. */
export interface FullLogin extends OpenRecord {
  readonly result: 'full_login' | OpenValue
  readonly next: 'done'
  /** The session id (`kss_…`): a secret that can mint tokens. */
  readonly session: string
  /** The selected account (`org_…`). */
  readonly account?: string | null
  /** A JWT for your own backend. */
  readonly token: string
}

/** The password was right; a second factor is due. Call {@link LoginRocket.verifyLogin} with this token. */
export interface SecondFactorDue extends OpenRecord {
  readonly result: 'totp_required' | OpenValue
  readonly next: 'verify'
  /** An opaque one-time token (`tmf:…`), not a JWT. */
  readonly token: string
}

/** A condition of a session that has no token yet. */
export type Condition = 'no_account_selected' | 'must_complete_profile' | OpenValue

/** There is a session but no token until every condition is cleared, of which the first that is known says what is next. */
export interface ConditionalLogin extends OpenRecord {
  readonly result: 'conditional_login' | OpenValue
  readonly next: 'select_account' | 'complete_profile'
  /** The session id (`kss_…`): keep it, clear the conditions, then call {@link LoginRocket.getSession}. */
  readonly session: string
  readonly account?: string | null
  readonly conditions: readonly Condition[]
}

/** There is a session but no token, for a reason that this version does not know. */
export interface UnknownLogin extends OpenRecord {
  readonly result: 'conditional_login' | OpenValue
  readonly next: 'other'
  /** The session id (`kss_…`). */
  readonly session: string
  readonly account?: string | null
  readonly conditions?: readonly Condition[]
}

/** A login-like call that was accepted without signing anyone in, such as a signup that first verifies the e-mail. */
export interface Accepted extends OpenRecord {
  readonly result: 'okay' | OpenValue
  readonly next: 'other'
  readonly session?: undefined
}

/** A call that has nothing to tell but that it was done. */
export interface Okay extends OpenRecord {
  readonly result: 'okay' | OpenValue
}
