// What calls resolve with when they succeed.

import type { OpenValue } from './open'

/**
 * What a UI does after an answer that can sign in:
 *
 * * `done`: the person is signed in.
 * * `verify`: ask for the code of the second factor, and call {@link LoginRocket.verifyLogin}.
 * * `select_account`: let the person choose an account, then call {@link Session.switchAccount}.
 * * `complete_profile`: ask for what the profile lacks, then call {@link LoginRocket.updateProfile}.
 * * `verify_email`: tell the person to follow the link in the mail that was sent.
 * * `other`: something that this version does not know. Open a hosted page, which knows what to do:
 *   `lr.hosted.open('profile')`.
 */
export type Next = 'done' | 'verify' | 'select_account' | 'complete_profile' | 'verify_email' | 'other'

/**
 * What a session still needs before it gets a token. The known conditions are listed. The service may send others, which are
 * strings too.
 */
// eslint-disable-next-line @typescript-eslint/ban-types -- the one way to list known strings and take any
export type Condition = 'no_account_selected' | 'must_complete_profile' | 'must_verify_email' | (string & {})

/** Members that only failures have. They are declared on successes too, so that `const { error, code } = …` compiles. */
interface Success {
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no errors. */
  readonly errors?: undefined
  /** A success has no code. */
  readonly code?: undefined
}

/** The person is signed in. */
export interface FullLogin extends Success {
  /** The service's own name for this result. */
  readonly result: 'full_login' | OpenValue
  /** Nothing is left to do. */
  readonly next: 'done'
  /** The session id (`kss_…`): a secret that can mint tokens. {@link LoginRocket.session} keeps it by itself. */
  readonly session: string
  /** The selected account (`org_…`). */
  readonly account?: string | null
  /** A JWT for your own backend. */
  readonly token: string
  /** There are no conditions. */
  readonly conditions?: undefined
}

/** The password was right; a second factor is due. Ask for its code, and call {@link LoginRocket.verifyLogin}. */
export interface SecondFactorDue extends Success {
  /** The service's own name for this result. */
  readonly result: 'totp_required' | OpenValue
  /** Ask for the code. */
  readonly next: 'verify'
  /** A one-time token (`tmf:…`) that goes along with the code, not a JWT. `verifyLogin` adds it by itself. */
  readonly token: string
  /** There is no session yet. */
  readonly session?: undefined
  /** There is no account yet. */
  readonly account?: undefined
  /** There are no conditions yet. */
  readonly conditions?: undefined
}

/** There is a session, but no token until every condition is cleared. `next` says how to clear the first known condition. */
export interface ConditionalLogin extends Success {
  /** The service's own name for this result. */
  readonly result: 'conditional_login' | OpenValue
  /** How to clear the first condition that is known. */
  readonly next: 'select_account' | 'complete_profile' | 'verify_email'
  /** The session id (`kss_…`): a secret. {@link LoginRocket.session} keeps it by itself. */
  readonly session: string
  /** The selected account (`org_…`), if there is one. */
  readonly account?: string | null
  /** All conditions that must be cleared before there is a token. */
  readonly conditions: readonly Condition[]
  /** There is no token yet. */
  readonly token?: undefined
}

/** There is a session but no token, for a reason that this version does not know. */
export interface UnknownLogin extends Success {
  /** The service's own name for this result. */
  readonly result: 'conditional_login' | OpenValue
  /** Open a hosted page, which knows what to do: `lr.hosted.open('profile')`. */
  readonly next: 'other'
  /** The session id (`kss_…`): a secret. {@link LoginRocket.session} keeps it by itself. */
  readonly session: string
  /** The selected account (`org_…`), if there is one. */
  readonly account?: string | null
  /** All conditions that must be cleared before there is a token. */
  readonly conditions?: readonly Condition[]
  /** There is no token yet. */
  readonly token?: undefined
}

/**
 * The service accepted the call, but nobody is signed in. {@link LoginRocket.signup} resolves with this if the realm verifies
 * e-mail addresses first: `next` is then `verify_email`, and the link in the mail leads to the rest of the sign-up.
 */
export interface Accepted extends Success {
  /** The service's own name for this result. */
  readonly result: 'okay' | OpenValue
  /** `verify_email` after a sign-up: tell the person to look at their mail. */
  readonly next: 'verify_email' | 'other'
  /** Nobody is signed in. */
  readonly session?: undefined
  /** There is no token. */
  readonly token?: undefined
  /** There is no account. */
  readonly account?: undefined
  /** There are no conditions. */
  readonly conditions?: undefined
}

/** The call succeeded. It has no other result. */
export interface Okay extends Success {
  /** The service's own name for this result. */
  readonly result: 'okay' | OpenValue
}
