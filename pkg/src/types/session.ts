// What is to be seen of a session.

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
  /** Whether the e-mail is known to be the person's own. */
  readonly emailVerified: boolean
  /** The username, where the realm has them. */
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
  /** What it is called. */
  readonly name?: string
}

/** A person's place in the account. */
export interface SessionMembership {
  /** The membership's id, `mb_…`. */
  readonly id?: string
  /** What the person may do there. Only for showing: your backend decides by the token. */
  readonly permissions: readonly string[]
}

/**
 * How current a snapshot is:
 *
 * * `fresh`: as the service said last.
 * * `stale`: the service could not be asked; what is shown may be out of date. It is asked again by itself.
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
  /** How current this is. */
  readonly freshness: Freshness
  /** Who it is. */
  readonly user?: SessionUser
  /** The account that the person works in. */
  readonly account?: SessionAccount
  /** The person's place in that account. */
  readonly membership?: SessionMembership
  /** When the token expires by the service's clock, in epoch seconds. */
  readonly expiresAt?: number
  /** Only a `conditional` session has conditions. */
  readonly conditions?: undefined
  /** Only of a `conditional` session it is said what comes next. */
  readonly next?: undefined
  /** Only where nobody is signed in there is a reason. */
  readonly signOutReason?: undefined
}

/** Not known yet; ends by itself. On a server it stays so. */
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

/** The password was right; a second factor is due: {@link LoginRocket.verifyLogin} takes its code. */
export interface Verifying extends SnapshotBase {
  /** Ask for the code. */
  readonly state: 'verify'
}

/** A session without a token until its conditions are cleared. */
export interface Conditional extends Omit<SnapshotBase, 'conditions' | 'next'> {
  /** Show how to clear the conditions. */
  readonly state: 'conditional'
  /** All that stands in the way of a token. */
  readonly conditions: readonly Condition[]
  /** How to clear the first condition that is known; see {@link Next}. */
  readonly next: 'select_account' | 'complete_profile' | 'verify_email' | 'other'
}

/**
 * Somebody is signed in. `user` is unknown while the service could not be asked since a reload, unless
 * {@link LoginRocketOptions.keepProfile} is on, and where the token cannot be read.
 */
export interface SignedIn extends SnapshotBase {
  /** Show the app. */
  readonly state: 'signed_in'
}

/**
 * The session at one moment. It is frozen, holds no secret, and stays the same object until something real changes.
 * Switch on `state`.
 */
export type Snapshot = Loading | SignedOut | Verifying | Conditional | SignedIn

/** A token. */
export interface TokenGrant {
  /** There is one. */
  readonly result: 'okay'
  /** A token leaves nothing to do. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** A JWT for your own backend. */
  readonly token: string
  /** When it expires by the service's clock, in epoch seconds; undefined where it cannot be read. */
  readonly expiresAt?: number
  /** The account (`org_…`) that it is for. */
  readonly account?: string
  /** Whether its signature was verified; see {@link LoginRocketOptions.verify}. */
  readonly verified: boolean
}

/** What {@link Session.token} and its siblings resolve with; `unwrap(await lr.session.token()).token` throws instead. */
export type TokenResult = TokenGrant | Failure

/** Options of a wait. */
export interface WaitOptions {
  /** Ends the wait: it then resolves with `code: 'aborted'`. What others wait for too goes on. */
  signal?: AbortSignalLike
  /** How long to wait, in milliseconds, from 1 to 600000. Default: five seconds more than a call may take. */
  timeoutMs?: number
}

/** Options of {@link Session.token}. */
export interface TokenOptions extends WaitOptions {
  /** The least time for which the token must still be good, in seconds, a whole number. Default: 5. */
  minValiditySeconds?: number
}

/** What {@link Session.explain} gives. Without secrets: fit for a bug report. Its members may change with any version. */
export interface Explanation {
  /** Of this package. */
  readonly version: string
  /** As in the snapshot. */
  readonly state: Snapshot['state']
  /** As in the snapshot. */
  readonly freshness: Freshness
  /** Where the session is kept, and what went wrong with that, such as `full`, `blocked`, `slow`, `unreadable`. */
  readonly storage: { readonly kind: 'memory' | 'session' | 'local' | 'custom'; readonly problem?: string }
  /** Which ways to other tabs there are. */
  readonly tabs: { readonly lock: boolean; readonly channel: boolean }
  /** Whether somebody can see the page. */
  readonly visible: boolean
  /** Whether the browser says that there is a network. */
  readonly online: boolean
  /** The refresh under way: `lock` waits for another tab, `answer` for the service. */
  readonly refreshing?: 'lock' | 'answer'
  /** The refresh that ended last. */
  readonly lastRefresh?: {
    /** `restored`, `due`, `wanted`, `asked` or `switch`. */
    readonly why: string
    /** `okay`, or the code of its failure. */
    readonly code: string
    /** When it ended. */
    readonly secondsAgo: number
  }
  /** When the session next looks whether something is due. */
  readonly nextWakeInSeconds?: number
  /** How long callers would have to wait for a refresh, and why. */
  readonly wait?: { readonly seconds: number; readonly code: string }
  /** How often this tab has asked for a token. */
  readonly requestsInLastMinute: number
  /** How often that failed since it last worked. */
  readonly failuresInARow: number
  /** The service's clock ahead of this device's, in seconds, where that is known. */
  readonly skewSeconds?: number
  /** How long the token is still good for. */
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
  /** Whether the token may take the place of somebody else who is signed in. Ask the person first. */
  switchUser?: boolean
  /**
   * How far this device's clock and the service's may be apart, in whole seconds, before any answer of the service has told
   * which of them is wrong. Default: 5.
   */
  leewaySeconds?: number
}

/** The session is that of the token now. */
export interface Adopted {
  /** It was done. */
  readonly result: 'okay'
  /** The session is another one than before, or has a newer token. */
  readonly adopted: true
  /** What is next, the snapshot says. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** Whose it is, the snapshot says. */
  readonly user?: undefined
  /** The URL without the token, for a router of your own; undefined of a token that had come before. */
  readonly url?: string
}

/** There was no token; or this is a server, where there is nobody whose session it could be. */
export interface NothingAdopted {
  /** There was nothing to do. */
  readonly result: 'okay'
  /** The session is what it was. */
  readonly adopted: false
  /** What is next, the snapshot says. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** Nobody came. */
  readonly user?: undefined
  /** The URL that was read. */
  readonly url?: string
}

/** The token is good, but for this person, and somebody else is signed in. */
export interface AnotherUser extends Omit<FailureBase, 'user'> {
  /** Ask the person, then call {@link Session.adoptRedirect} with `{ switchUser: true }`. */
  readonly code: 'another_user'
  /** The official client's class for it. */
  readonly source: FailureSource
  /** What happened and what to do about it, for the developer. */
  readonly message: string
  /** Whose the token is. */
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
 * The session that outlives a call. What the client's own calls bring goes into it.
 *
 * Its methods need no `this`: `useSyncExternalStore(lr.session.subscribe, () => lr.session.snapshot)` is all that React
 * needs, and `lr.session` is a Svelte store.
 */
export interface Session {
  /** The session now. */
  readonly snapshot: Snapshot
  /**
   * Calls the listener now and after every change, and returns how to stop that. A listener may call anything here; an
   * exception in one is reported as uncaught and reaches no other.
   *
   * Throws a {@link LoginRocketError} with `invalid_params` if it is no function.
   */
  subscribe(listener: (snapshot: Snapshot) => void): () => void
  /**
   * A token that is good for a while. Asks the service only if there is none; all who ask meanwhile share one request.
   */
  token(options?: TokenOptions): Promise<TokenResult>
  /** A newer token, for example after a change of permissions. At most six requests a minute leave this tab. */
  refresh(options?: WaitOptions): Promise<TokenResult>
  /**
   * A token for another account (`org_…`), in every tab. `account_unavailable` if the person has no place there.
   *
   * The API lists no accounts. Their ids come from your own backend, which can ask AuthRocket's server API for the person's
   * memberships; or the person chooses on the realm's page: `lr.hosted.open('accounts', { force: true })`.
   */
  switchAccount(account: string, options?: WaitOptions): Promise<TokenResult>
  /**
   * `fetch` with `Authorization: Bearer …`, for the page's own origin and `tokenOrigins`; other requests go out as they
   * are, as do those that bring an `Authorization` of their own and those made while nobody is signed in. After a 401 it
   * refreshes, and sends once more if the token really changed, for the same session and account; but not what is read
   * while it is sent, a stream or the body of a `Request`. A request is never sent as somebody else than who was signed in
   * when it was made.
   *
   * What is asked is fixed when it is called, whatever changes while it waits for a token.
   *
   * Rejects like `fetch`, with an `AbortError` also where somebody else signs in before it is sent; with a
   * {@link LoginRocketError} where somebody is signed in and no token can be had, or the request cannot carry it
   * (`mode: 'no-cors'`), and after {@link Session.dispose}.
   */
  readonly fetch: GlobalFetch
  /**
   * Signs out: here and in all tabs at once, then at the service, for which it waits five seconds at most. A failure says
   * that the service could not be told; the session is gone here all the same.
   */
  signOut(): Promise<OkayResult>
  /**
   * Takes over the session of the token that a hosted page sent the browser back with (`?token=…`). Call it on every page
   * load: without a token it does nothing, and calls at once share one result. The token is always verified, whatever
   * `verify` says, and `token`, `account` and `session` leave the address bar at once; everything else in it stays.
   *
   * Anybody can make a link with a token of their own. So it never takes the place of somebody else who is signed in: that
   * is `another_user`, with the token's `user`. Ask the person, and call it again with `{ switchUser: true }`.
   *
   * Where the realm's keys cannot be had (`keys_unavailable`, `unknown_key`) the token is kept: the next call tries again.
   *
   * Give a URL of your own to have it read instead of the address bar, which then is not touched: `url` is what is left
   * of it.
   */
  adoptRedirect(location?: UrlLike | string | null, options?: AdoptOptions): Promise<AdoptResult>
  /** How it stands and why, for a bug report. */
  explain(): Explanation
  /**
   * Ends all that goes on and lets go of everything. Nobody is signed out. Calls, the client's own too, then resolve with
   * `code: 'disposed'`.
   */
  dispose(): void
}
