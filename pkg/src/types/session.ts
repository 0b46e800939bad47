// The public types of `lr.session`.

import type { Condition } from './answers'
import type { FailureBase } from './base'
import type { AbortSignalLike, GlobalFetch, UrlLike } from './platform'
import type { ClientFailure, ErrorCode, Failure, FailureSource, OkayResult, RefusalCode } from './failures'

/** A person, as the token describes them. */
export interface SessionUser {
  /** The person's id, `usr_…`. */
  readonly id: string
  /** The whole name. */
  readonly name?: string
  /** The e-mail, in lower case. */
  readonly email?: string
  /** Whether it was verified that the e-mail is the person's own. */
  readonly emailVerified: boolean
  /** The username, if the realm has usernames. */
  readonly username?: string
  /** The first name. */
  readonly firstName?: string
  /** The last name. */
  readonly lastName?: string
  /** The language of messages and mails. */
  readonly locale?: string
}

/** An account. */
export interface SessionAccount {
  /** The account's id, `org_…`. */
  readonly id: string
  /** The account's name. */
  readonly name?: string
}

/** A person's membership in an account. */
export interface SessionMembership {
  /** The membership's id, `mb_…`. */
  readonly id?: string
  /** What the person may do there. Use it only for display: your backend must decide by the token. */
  readonly permissions: readonly string[]
}

/**
 * How current a snapshot is:
 *
 * * `fresh`: the snapshot is what the service said last.
 * * `stale`: the service could not be asked, so the snapshot may be out of date. The client tries again by itself.
 * * `offline`: the browser has no network.
 */
export type Freshness = 'fresh' | 'stale' | 'offline'

/**
 * Why nobody is signed in:
 *
 * * `never_signed_in`: nobody was, as far as this browser knows.
 * * `here`: the person signed out in this tab.
 * * `elsewhere`: another tab ended the session.
 * * `expired`: the service says that the session is over.
 */
export type SignOutReason = 'never_signed_in' | 'here' | 'elsewhere' | 'expired'

interface SnapshotBase {
  /** How current this snapshot is. */
  readonly freshness: Freshness
  /** The person, if known. */
  readonly user?: SessionUser
  /** The account that the person works in. */
  readonly account?: SessionAccount
  /** The person's membership in that account. */
  readonly membership?: SessionMembership
  /** When the token expires by the service's clock, in epoch seconds. */
  readonly expiresAt?: number
  /** Only a `conditional` session has conditions. */
  readonly conditions?: undefined
  /** Only a `conditional` session has a next step. */
  readonly next?: undefined
  /** Only a `signed_out` snapshot has a reason. */
  readonly signOutReason?: undefined
}

/** It is not known yet whether somebody is signed in. This state ends by itself; on a server it stays. */
export interface Loading extends SnapshotBase {
  /** Show nothing yet, or a placeholder. */
  readonly state: 'loading'
}

/** Nobody is signed in. */
export interface SignedOut extends Omit<SnapshotBase, 'signOutReason'> {
  /** Show the sign-in form. */
  readonly state: 'signed_out'
  /** Why nobody is signed in. */
  readonly signOutReason: SignOutReason
}

/** The password was right, and a second factor is due. Pass its code to {@link LoginRocket.verifyLogin}. */
export interface Verifying extends SnapshotBase {
  /** Ask for the code. */
  readonly state: 'verify'
}

/** A session without a token until its conditions are cleared. */
export interface Conditional extends Omit<SnapshotBase, 'conditions' | 'next'> {
  /** Show how to clear the conditions. */
  readonly state: 'conditional'
  /** All conditions that must be cleared before there is a token. */
  readonly conditions: readonly Condition[]
  /** How to clear the first condition that is known; see {@link Next}. */
  readonly next: 'select_account' | 'complete_profile' | 'verify_email' | 'other'
}

/**
 * Somebody is signed in. After a reload `user` is undefined until there is a token again, unless
 * {@link LoginRocketOptions.keepProfile} is on. It is also undefined if the token cannot be read.
 */
export interface SignedIn extends SnapshotBase {
  /** Show the app. */
  readonly state: 'signed_in'
}

/**
 * The session at one moment. It is frozen, holds no secret, and stays the same object until the session changes.
 * Switch on `state`.
 */
export type Snapshot = Loading | SignedOut | Verifying | Conditional | SignedIn

/** A token. */
export interface TokenGrant {
  /** There is a token. */
  readonly result: 'okay'
  /** A token has no next step. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** A JWT for your own backend. */
  readonly token: string
  /** When the token expires by the service's clock, in epoch seconds. Undefined if the token cannot be read. */
  readonly expiresAt?: number
  /** The account (`org_…`) that the token is for. */
  readonly account?: string
  /** Whether the token's signature was verified; see {@link LoginRocketOptions.verify}. */
  readonly verified: boolean
}

/**
 * What {@link Session.token}, {@link Session.refresh} and {@link Session.switchAccount} resolve with. To throw on a failure,
 * write `unwrap(await lr.session.token()).token`.
 */
export type TokenResult = TokenGrant | Failure

/** Options of a call that waits for a token. */
export interface WaitOptions {
  /** Ends the wait: the call then resolves with `code: 'aborted'`. A request for which other callers wait too goes on. */
  signal?: AbortSignalLike
  /** How long to wait, in milliseconds, from 1 to 600000. Default: 5000 more than the client's `timeoutMs`. */
  timeoutMs?: number
}

/** Options of {@link Session.token}. */
export interface TokenOptions extends WaitOptions {
  /** How long the token must stay valid at least, in whole seconds. Default: 5. */
  minValiditySeconds?: number
}

/**
 * What {@link Session.explain} returns. It holds no secret, so that it can go into a bug report. Its members may change in any
 * version.
 */
export interface Explanation {
  /** The version of this package. */
  readonly version: string
  /** As in the snapshot. */
  readonly state: Snapshot['state']
  /** As in the snapshot. */
  readonly freshness: Freshness
  /** Where the session is stored, and what went wrong there, such as `full`, `blocked`, `slow`, `unreadable`. */
  readonly storage: { readonly kind: 'memory' | 'session' | 'local' | 'custom'; readonly problem?: string }
  /** Whether this tab can work with other tabs through Web Locks and through `BroadcastChannel`. */
  readonly tabs: { readonly lock: boolean; readonly channel: boolean }
  /** Whether the page is visible. */
  readonly visible: boolean
  /** Whether the browser says that there is a network. */
  readonly online: boolean
  /** What the current refresh waits for: `lock` for another tab, `answer` for the service. */
  readonly refreshing?: 'lock' | 'answer'
  /** The refresh that ended last. */
  readonly lastRefresh?: {
    /**
     * Why it was made. `restored`: a stored session had no token yet. `due`: the token was old enough. `wanted`: a caller needed
     * a token. `asked`: a caller asked for a new one. `switch`: a caller switched the account.
     */
    readonly why: string
    /** `okay`, or the code of its failure. */
    readonly code: string
    /** How long ago it ended, in seconds. */
    readonly secondsAgo: number
  }
  /** In how many seconds the session next checks whether something is due. */
  readonly nextWakeInSeconds?: number
  /** How long a caller would have to wait for a refresh, in seconds, and why. */
  readonly wait?: { readonly seconds: number; readonly code: string }
  /** How many requests for a token this tab has sent in the last minute. */
  readonly requestsInLastMinute: number
  /** How many of these requests have failed since the last one that succeeded. */
  readonly failuresInARow: number
  /** How far the service's clock is ahead of this device's, in seconds, if that is known. */
  readonly skewSeconds?: number
  /** How long the token stays valid, in seconds. */
  readonly tokenExpiresInSeconds?: number
  /** How many functions are subscribed. */
  readonly listeners: number
  /** How many callers wait for a token. */
  readonly waiting: number
  /** Whether the client was disposed of. */
  readonly disposed: boolean
}

/** Options of {@link Session.adoptRedirect}. */
export interface AdoptOptions {
  /** Whether the token may replace the session of somebody else who is signed in. Ask the person first. Default: false. */
  switchUser?: boolean
  /**
   * How many whole seconds this device's clock and the service's may differ. It matters until an answer of the service has
   * shown the real difference. Default: 5.
   */
  leewaySeconds?: number
}

/** The token was good, and the session is now the token's session. */
export interface Adopted {
  /** The call succeeded. */
  readonly result: 'okay'
  /** The token's session was taken over. */
  readonly adopted: true
  /** Read the next step from {@link Session.snapshot}. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** Read the person from {@link Session.snapshot}. */
  readonly user?: undefined
  /** The URL without the token, for your own router. Undefined if the token came with an earlier call. */
  readonly url?: string
}

/** There was no token. Or this is a server, where a token is never taken over, because the session belongs to nobody. */
export interface NothingAdopted {
  /** The call succeeded, and there was nothing to do. */
  readonly result: 'okay'
  /** The session did not change. */
  readonly adopted: false
  /** Read the next step from {@link Session.snapshot}. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** The call brought no person. */
  readonly user?: undefined
  /** The URL without the token, on a server. Undefined if there was no token. */
  readonly url?: string
}

/** The token is good, but somebody else is signed in. */
export interface AnotherUser extends Omit<FailureBase, 'user'> {
  /** Ask the person, then call {@link Session.adoptRedirect} with `{ switchUser: true }`. */
  readonly code: 'another_user'
  /** The official client's class for it. */
  readonly source: FailureSource
  /** What happened and what to do about it, for the developer. */
  readonly message: string
  /** The person whose token it is. */
  readonly user: SessionUser
  /** The URL without the token. */
  readonly url?: string
}

/** What {@link Session.adoptRedirect} resolves with. */
export type AdoptResult =
  | Adopted
  | NothingAdopted
  | AnotherUser
  | (ClientFailure & {
      /** What went wrong. */
      readonly code: Exclude<ErrorCode, RefusalCode | 'another_user'>
      /** The URL without the token. */
      readonly url?: string
    })

/**
 * The session, which lasts longer than one call. It takes over what the client's own calls bring, such as a sign-in.
 *
 * Its methods need no `this`: `useSyncExternalStore(lr.session.subscribe, () => lr.session.snapshot)` is all that React
 * needs, and `lr.session` is a Svelte store.
 */
export interface Session {
  /** The session now. */
  readonly snapshot: Snapshot
  /**
   * Calls the listener now and after every change. Returns a function that ends this. A listener may call any method. If it
   * throws, the exception is reported as uncaught, and the other listeners are called all the same.
   *
   * Throws a {@link LoginRocketError} with `invalid_params` if the listener is not a function.
   */
  subscribe(listener: (snapshot: Snapshot) => void): () => void
  /**
   * Gets a token that stays valid for at least `minValiditySeconds`. It asks the service only if there is no such token. Calls
   * that overlap share one request.
   *
   * Resolves with `not_signed_in` if nobody is signed in, with `no_token` if the session has conditions to clear first, with
   * `no_fresh_token` if the service gives no token that lasts so long, with `timeout` when `timeoutMs` is over, and with the code
   * of the refresh if that fails.
   */
  token(options?: TokenOptions): Promise<TokenResult>
  /**
   * Gets a new token, for example after a change of permissions. This tab sends at most six such requests a minute; after that
   * the call resolves with `refresh_limited` and `retryAfterSeconds`.
   */
  refresh(options?: WaitOptions): Promise<TokenResult>
  /**
   * Switches to another account (`org_…`) in every tab, and gets a token for it. Resolves with `account_unavailable` if the
   * person is no member of that account.
   *
   * The API cannot list accounts. Get their ids from your own backend, which can ask AuthRocket's server API for the person's
   * memberships. Or let the person choose on the realm's page: `lr.hosted.open('accounts', { force: true })`.
   */
  switchAccount(account: string, options?: WaitOptions): Promise<TokenResult>
  /**
   * `fetch`, with the session's token in `Authorization: Bearer …`. The token goes only to the page's own origin and to
   * `tokenOrigins`. A request to another origin, one that has its own `Authorization`, and one that is made while nobody is
   * signed in are sent unchanged.
   *
   * After a 401 it gets a new token and sends the request once more, if the session and the account are still the same. It does
   * not repeat a request whose body can be read only once: a stream, or the body of a `Request`. A request is never sent with
   * the token of another person than the one who was signed in when it was made.
   *
   * The request is fixed when this is called. Later changes to the arguments have no effect.
   *
   * Rejects as `fetch` does; also with an `AbortError` if somebody else signs in before the request is sent. Rejects with a
   * {@link LoginRocketError} if somebody is signed in but no token can be had (with the code of the refresh), if the request
   * cannot carry a token (`invalid_params`, for `mode: 'no-cors'`), and after {@link Session.dispose} (`disposed`).
   */
  readonly fetch: GlobalFetch
  /**
   * Signs out here and in all tabs at once, and then ends the session at the service. It waits for the service for five seconds
   * at most. A failure means that the service could not be told; the person is signed out here all the same.
   */
  signOut(): Promise<OkayResult>
  /**
   * Takes over the session of a token with which a hosted page sent the browser back (`?token=…`). Call it on every page load:
   * without a token it does nothing. Calls that overlap share one result. The token is always verified, whatever the option
   * `verify` says. `token`, `account` and `session` are removed from the address bar at once; the rest of the address stays.
   *
   * Anybody can make a link with their own token. So the token never replaces the session of somebody else who is signed in: the
   * call then resolves with `another_user` and the token's `user`. Ask the person, and call it again with `{ switchUser: true }`.
   *
   * If the realm's keys cannot be had (`keys_unavailable`, `unknown_key`), the token is kept, and the next call tries again. It
   * resolves with `not_signed_in` if somebody signed in or out meanwhile, and with a {@link TokenCode} if the token is not good.
   *
   * Pass a URL to have it read in place of the address bar, which then does not change. The answer's `url` is that URL without
   * the token.
   */
  adoptRedirect(location?: UrlLike | string | null, options?: AdoptOptions): Promise<AdoptResult>
  /** Describes the state of the session and the reasons for it, for a bug report. */
  explain(): Explanation
  /**
   * Stops everything that is under way, and frees the client's resources. It signs nobody out. All later calls, also those of
   * the client itself, resolve with `code: 'disposed'`.
   */
  dispose(): void
}
