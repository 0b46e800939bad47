/**
 * Browser SDK for the LoginRocket API.
 *
 * The eleven methods of {@link LoginRocket} always resolve: with the service's own answer, or with a
 * {@link Failure}. Only misuse outside them (constructor, `lrUrl`, `locale`, `session.subscribe`) throws, as a
 * {@link LoginRocketError}.
 * A call is complete when its method returns: what changes afterwards, in its parameters or here, does not reach it.
 * Records of the service keep their wire names; what this package adds is camelCase.
 */

declare const openValue: unique symbol;

/**
 * A string that this version does not know by name. The service may add some at any time; they pass through untouched.
 * It is typed as no string, so that comparing with a known one still narrows: read it with `String(value)`.
 */
export interface OpenValue {
  readonly [openValue]: true;
}

/** Members of an answer that this version does not know pass through untouched. */
interface OpenRecord {
  readonly [member: string]: unknown;
}

// ---------------------------------------------------------------------------------------------- options

/** Options of {@link LoginRocket}. */
export interface LoginRocketOptions {
  /**
   * The root of your LoginRocket URL, for example `https://SAMPLE.e2.loginrocket.com/` or your own domain.
   * `/v2/` is added when it is missing. Plain `http:` is accepted for loopback hosts only.
   */
  url?: string | URL | null;
  /** Language of the service's messages (`Accept-Language`). Known to the service: `en`, `es`, `ja`. */
  locale?: string | null;
  /** How long one call may take in all, in milliseconds, from 1 to 600000. Default: 10000. */
  timeoutMs?: number;
  /**
   * How the client names itself to the service (`LR-Agent`), which records it with sessions. `false` sends no such
   * header, for a proxy whose CORS rules do not admit it. Default: this package and its version.
   */
  agent?: string | false;
  /**
   * Sends the requests to the service in the place of the global `fetch`, with the same arguments; gives a `Response` not
   * read yet. {@link Session.fetch} goes by the global one.
   */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Allows plain `http:` to any host. Passwords then cross the network readable by everyone on the way. */
  dangerouslyAllowInsecureUrl?: boolean;
  /**
   * Where {@link LoginRocket.session} is kept: `'memory'` ends with the page, `'session'` with the tab, `'local'` is
   * shared by all tabs and lasts. Only the session id and the account are ever stored, never a token or a password.
   * Default: `'memory'`.
   */
  storage?: 'memory' | 'session' | 'local' | StorageAdapter;
  /**
   * Origins beside the page's own to which {@link Session.fetch} sends the token, such as `https://api.example.com`:
   * without a path, and with https but for loopback. Default: none.
   */
  tokenOrigins?: readonly (string | URL)[];
  /**
   * Whether {@link LoginRocket.session} verifies the signature of a token that came from the API before it gives it out.
   * `'off'` (default) takes the word of the realm, from which it came over TLS. `'lazy'` never gives out a token that is
   * wrong; where that cannot be known, because the realm's keys or WebCrypto are not to be had, it gives it out with
   * `verified: false`. `'strict'` gives out only what was verified. A token that comes by redirect is always verified.
   */
  verify?: 'off' | 'lazy' | 'strict';
}

/**
 * A storage of your own, with the methods of `localStorage`; each may give a promise. One that throws, or takes longer
 * than two seconds, never stands in the way: the session then lives in memory, and {@link Session.explain} says why.
 */
export interface StorageAdapter {
  getItem(key: string): string | null | undefined | PromiseLike<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** Options of a single call; each overrides what the client was made with. */
export interface CallOptions {
  /** Cancels the call: it then resolves with `code: 'aborted'`. */
  signal?: AbortSignal;
  /** How long this call may take in all, in milliseconds, from 1 to 600000. */
  timeoutMs?: number;
  /** Language of the service's messages for this call. */
  locale?: string;
}

// ---------------------------------------------------------------------------------------------- parameters

// Parameters that this version does not know by name are sent as they are. The evidence for each that is listed is
// marked: documented by AuthRocket, used by its official client or tests, or inferred from its other APIs.

/** Parameters of {@link LoginRocket.login}. */
export interface LoginParams {
  /** The e-mail, the username (both in any case), or a `usr_…` id. Documented. */
  email: string;
  /** Official. */
  password: string;
  /** The account (`org_…`) to select. Inferred. */
  account?: string;
}

/** Parameters of {@link LoginRocket.verifyLogin}. */
export interface VerifyLoginParams {
  /** The `tmf:…` token of the answer whose `next` was `'verify'`. Inferred. */
  token: string;
  /** The six digits that the authenticator shows, as a string. Inferred. */
  code: string;
  /** The account (`org_…`) to select. Inferred. */
  account?: string;
}

/** Parameters of {@link LoginRocket.getSession}. */
export interface GetSessionParams {
  /** The session id (`kss_…`). Documented. Default: that of {@link LoginRocket.session}, with its account. */
  session?: string;
  /** The account (`org_…`) to select. The service does not remember the last one: send it every time. Official. */
  account?: string | null;
}

/** Parameters of {@link LoginRocket.logout}. */
export interface LogoutParams {
  /** The session id (`kss_…`). Documented. Default: that of {@link LoginRocket.session}. */
  session?: string;
}

/** Parameters of {@link LoginRocket.forgotPassword}. */
export interface ForgotPasswordParams {
  /** The e-mail, the username (both in any case), or a `usr_…` id. Documented. */
  email: string;
}

/** Parameters of {@link LoginRocket.resetPassword}. */
export interface ResetPasswordParams {
  /** The `tpw:…` token from the e-mail; it works once. Official. */
  token: string;
  /** The new password. Official. */
  password: string;
  /** If sent, must equal `password`. A realm can require it. Documented. */
  password_confirmation?: string;
}

/** Parameters of {@link LoginRocket.updatePassword}. */
export interface UpdatePasswordParams {
  /**
   * The session id (`kss_…`). It stays valid; all other sessions of the person end. Official. Default: that of
   * {@link LoginRocket.session}.
   */
  session?: string;
  /** Official. */
  current_password: string;
  /** The new password. Official. */
  password: string;
  /** If sent, must equal `password`. A realm can require it. Documented. */
  password_confirmation?: string;
}

/** Parameters of {@link LoginRocket.updateProfile}. */
export interface UpdateProfileParams {
  /** The session id (`kss_…`). Official. Default: that of {@link LoginRocket.session}. */
  session?: string;
  /** A new e-mail. Depending on the realm it takes effect at once or when it is verified. Official. */
  email?: string;
  /** Inferred, like the rest, from the server API's call of the same purpose. */
  first_name?: string;
  last_name?: string;
  username?: string;
  /** A new password. */
  password?: string;
  /** If sent, must equal `password`. */
  password_confirmation?: string;
  /** Name of the account, where the realm asks for it and there is none yet. */
  org_name?: string;
  /** Language of messages and mails. */
  locale?: string;
}

/** Parameters of {@link LoginRocket.signup}. Which ones a realm requires is its own setting. */
export interface SignupParams {
  /** Must be new to the realm. Official. */
  email: string;
  /** Required, unless the person comes by social login. Official. */
  password?: string;
  /** If sent, must equal `password`. A realm can require it. Documented. */
  password_confirmation?: string;
  /** Documented for the API's first version, like the next two. */
  first_name?: string;
  last_name?: string;
  username?: string;
  /** Name of the account that is created with the person. Default: the person's name, or e-mail. Documented. */
  org_name?: string;
  /** The invitation's token, where signing up needs one. Inferred from the hosted page. */
  invitation?: string;
}

/** Parameters of {@link LoginRocket.requestInvitation}. */
export interface RequestInvitationParams {
  /** Official. */
  email: string;
}

/** Parameters of {@link LoginRocket.verifyEmail}. */
export interface VerifyEmailParams {
  /** The `tve:…` or `tue:…` token from the e-mail. Official. */
  token: string;
}

// ---------------------------------------------------------------------------------------------- answers

/** What a UI does after a login-like answer. */
export type Next = 'done' | 'verify' | 'select_account' | 'complete_profile' | 'other';

/** The person is signed in. */
export interface FullLogin extends OpenRecord {
  readonly result: 'full_login' | OpenValue;
  readonly next: 'done';
  /** The session id (`kss_…`): a secret that can mint tokens. */
  readonly session: string;
  /** The selected account (`org_…`). */
  readonly account?: string | null;
  /** A JWT for your own backend. */
  readonly token: string;
}

/** The password was right; a second factor is due. Call {@link LoginRocket.verifyLogin} with this token. */
export interface SecondFactorDue extends OpenRecord {
  readonly result: 'totp_required' | OpenValue;
  readonly next: 'verify';
  /** An opaque one-time token (`tmf:…`), not a JWT. */
  readonly token: string;
}

/** A condition of a session that has no token yet. */
export type Condition = 'no_account_selected' | 'must_complete_profile' | OpenValue;

/** There is a session but no token until every condition is cleared, of which the first that is known says what is next. */
export interface ConditionalLogin extends OpenRecord {
  readonly result: 'conditional_login' | OpenValue;
  readonly next: 'select_account' | 'complete_profile';
  /** The session id (`kss_…`): keep it, clear the conditions, then call {@link LoginRocket.getSession}. */
  readonly session: string;
  readonly account?: string | null;
  readonly conditions: readonly Condition[];
}

/** There is a session but no token, for a reason that this version does not know. */
export interface UnknownLogin extends OpenRecord {
  readonly result: 'conditional_login' | OpenValue;
  readonly next: 'other';
  /** The session id (`kss_…`). */
  readonly session: string;
  readonly account?: string | null;
  readonly conditions?: readonly Condition[];
}

/** A login-like call that was accepted without signing anyone in, such as a signup that first verifies the e-mail. */
export interface Accepted extends OpenRecord {
  readonly result: 'okay' | OpenValue;
  readonly next: 'other';
  readonly session?: undefined;
}

/** A call that has nothing to tell but that it was done. */
export interface Okay extends OpenRecord {
  readonly result: 'okay' | OpenValue;
}

// ---------------------------------------------------------------------------------------------- failures

/** Codes of calls that the service refused with its own texts. */
export type RefusalCode = 'validation_failed' | 'conflict';

/** Codes of misuse, found before anything was sent. */
export type UsageCode =
  | 'missing_url'
  | 'invalid_url'
  | 'not_a_loginrocket_url'
  | 'api_key_in_browser'
  | 'insecure_url'
  | 'invalid_option'
  | 'invalid_params'
  | 'wasm_blocked'
  | 'wasm_not_loaded'
  | 'not_initialized'
  | 'unsupported_browser';

/** Codes of calls that got no answer. */
export type TransportCode = 'network_error' | 'timeout' | 'outcome_unknown' | 'aborted';

/** Codes of answers that are not what the service sends. */
export type ResponseCode =
  | 'empty_reply'
  | 'reply_too_large'
  | 'invalid_encoding'
  | 'not_json'
  | 'malformed_json'
  | 'not_an_object'
  | 'redirected'
  | 'unexpected_status';

/** Codes of statuses for which the official client makes its own text. */
export type ApiCode = 'access_denied' | 'rate_limited' | 'not_found' | 'client_error' | 'server_error';

/** Codes of {@link Session}. */
export type SessionCode =
  | 'not_signed_in'
  | 'no_token'
  | 'no_fresh_token'
  | 'account_unavailable'
  | 'refresh_limited'
  | 'another_user'
  | 'disposed';

/** Codes of tokens that are not trusted; the last two and `unknown_key` say that it could not be found out. */
export type TokenCode =
  | 'malformed_token'
  | 'v1_token'
  | 'unsupported_algorithm'
  | 'unsupported_header'
  | 'missing_key_id'
  | 'unknown_key'
  | 'unusable_key'
  | 'invalid_signature'
  | 'wrong_issuer'
  | 'missing_claim'
  | 'invalid_claim'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'wrong_account'
  | 'keys_unavailable'
  | 'crypto_unavailable';

/** Every code. */
export type ErrorCode =
  | RefusalCode
  | UsageCode
  | TransportCode
  | ResponseCode
  | ApiCode
  | SessionCode
  | TokenCode;

/** Names of the official client's error classes. */
export type FailureSource = 'AccessDenied' | 'RateLimited' | 'RecordNotFound' | 'LoginRocketError';

// The names of these members are ours: what the service sends under one of them is hidden by it.
interface FailureBase {
  readonly result: 'error';
  /** A sentence for the person, in the service's language or, where the service sent none, in English. */
  readonly error: string;
  /** The same as single messages. */
  readonly errors: readonly string[];
  /** True when the same call can succeed later without any change to it. */
  readonly retryable: boolean;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** The service's `X-Request-ID`, where it is readable. */
  readonly requestId?: string;
  /** How long the service asks to wait before the next try, in seconds. */
  readonly retryAfterSeconds?: number;
  readonly next?: undefined;
}

interface RefusalBase extends FailureBase, OpenRecord {
  readonly source?: undefined;
  readonly next?: undefined;
}

/** The service refused what was sent (422); the texts are its own. */
export interface ValidationFailed extends RefusalBase {
  readonly code: 'validation_failed';
}

/** The service refused what was sent because of what it holds already (409); the texts are its own. */
export interface Conflict extends RefusalBase {
  readonly code: 'conflict';
}

/** The service refused the call. */
export type Refusal = ValidationFailed | Conflict;

/** The call failed outside the service's own refusals; `error` is the official client's text. */
export interface ClientFailure extends FailureBase {
  readonly code: Exclude<ErrorCode, RefusalCode>;
  readonly source: FailureSource;
  /** What happened and what to do about it, for the developer. Not part of the contract. */
  readonly message: string;
  /** What the service itself said, where it said something beside the status. */
  readonly serviceErrors?: readonly string[];
}

/** Why a call did not do what was asked. */
export type Failure = Refusal | ClientFailure;

/** What a login-like call resolves with. Switch on `next`; when it is undefined, on `code`. */
export type LoginResult = FullLogin | SecondFactorDue | ConditionalLogin | UnknownLogin | Accepted | Failure;

/** What every other call resolves with. */
export type OkayResult = Okay | Failure;

// ---------------------------------------------------------------------------------------------- session

/** A person, as the token describes them. */
export interface SessionUser {
  /** `usr_…` */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly username?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly locale?: string;
}

/** An account. */
export interface SessionAccount {
  /** `org_…` */
  readonly id: string;
  readonly name?: string;
}

/** A person's place in the account. */
export interface SessionMembership {
  /** `mb_…` */
  readonly id?: string;
  /** What the person may do there. Only for showing: your backend decides by the token. */
  readonly permissions: readonly string[];
}

/** How current a snapshot is: as the service said last, or it could not be asked, or there is no network. */
export type Freshness = 'fresh' | 'stale' | 'offline';

/** Who ended a session: nobody has signed in, the person did here, another tab did, the service did. */
export type SignOutReason = 'never_signed_in' | 'here' | 'elsewhere' | 'expired';

interface SnapshotBase {
  readonly freshness: Freshness;
  readonly user?: SessionUser;
  readonly account?: SessionAccount;
  readonly membership?: SessionMembership;
  /** When the token expires by the service's clock, in epoch seconds. */
  readonly expiresAt?: number;
  readonly conditions?: undefined;
  readonly next?: undefined;
  readonly signOutReason?: undefined;
}

/** Not known yet; ends by itself. On a server it stays so. */
export interface Loading extends SnapshotBase {
  readonly state: 'loading';
}

/** Nobody is signed in. */
export interface SignedOut extends Omit<SnapshotBase, 'signOutReason'> {
  readonly state: 'signed_out';
  readonly signOutReason: SignOutReason;
}

/** The password was right; a second factor is due. */
export interface Verifying extends SnapshotBase {
  readonly state: 'verify';
}

/** A session without a token until its conditions are cleared. */
export interface Conditional extends Omit<SnapshotBase, 'conditions' | 'next'> {
  readonly state: 'conditional';
  readonly conditions: readonly Condition[];
  readonly next: 'select_account' | 'complete_profile' | 'other';
}

/** Somebody is signed in. `user` is unknown while the service could not be asked since a reload, or the token be read. */
export interface SignedIn extends SnapshotBase {
  readonly state: 'signed_in';
}

/**
 * The session at one moment. It is frozen, holds no secret, and stays the same object until something real changes.
 * Switch on `state`.
 */
export type Snapshot = Loading | SignedOut | Verifying | Conditional | SignedIn;

/** A token. */
export interface TokenGrant {
  readonly result: 'okay';
  readonly next?: undefined;
  /** A JWT for your own backend. */
  readonly token: string;
  /** When it expires by the service's clock, in epoch seconds; undefined where it cannot be read. */
  readonly expiresAt?: number;
  /** The account (`org_…`) that it is for. */
  readonly account?: string;
  /** Whether its signature was verified; see {@link LoginRocketOptions.verify}. */
  readonly verified: boolean;
}

/** What {@link Session.token} and its siblings resolve with; `unwrap(await lr.session.token()).token` throws instead. */
export type TokenResult = TokenGrant | Failure;

/** Options of a wait. */
export interface WaitOptions {
  /** Ends the wait: it then resolves with `code: 'aborted'`. What others wait for too goes on. */
  signal?: AbortSignal;
  /** How long to wait, in milliseconds, from 1 to 600000. Default: five seconds more than a call may take. */
  timeoutMs?: number;
}

/** Options of {@link Session.token}. */
export interface TokenOptions extends WaitOptions {
  /** The least time for which the token must still be good, in seconds, a whole number. Default: 5. */
  minValiditySeconds?: number;
}

/** What {@link Session.explain} gives. Without secrets: fit for a bug report. Not part of the contract. */
export interface Explanation {
  readonly version: string;
  readonly state: Snapshot['state'];
  readonly freshness: Freshness;
  /** Where the session is kept, and what went wrong with that, such as `full`, `blocked`, `slow`, `unreadable`. */
  readonly storage: { readonly kind: 'memory' | 'session' | 'local' | 'custom'; readonly problem?: string };
  /** Which ways to other tabs there are. */
  readonly tabs: { readonly lock: boolean; readonly channel: boolean };
  readonly visible: boolean;
  readonly online: boolean;
  /** The refresh under way: `lock` waits for another tab, `answer` for the service. */
  readonly refreshing?: 'lock' | 'answer';
  readonly lastRefresh?: {
    /** `restored`, `due`, `wanted`, `asked` or `switch`. */
    readonly why: string;
    /** `okay`, or the code of its failure. */
    readonly code: string;
    readonly secondsAgo: number;
  };
  readonly nextWakeInSeconds?: number;
  /** How long callers would have to wait for a refresh, and why. */
  readonly wait?: { readonly seconds: number; readonly code: string };
  readonly requestsInLastMinute: number;
  readonly failuresInARow: number;
  /** The service's clock ahead of this device's, in seconds, where that is known. */
  readonly skewSeconds?: number;
  readonly tokenExpiresInSeconds?: number;
  readonly listeners: number;
  readonly waiting: number;
  readonly disposed: boolean;
}

/** Options of {@link Session.adoptRedirect}. */
export interface AdoptOptions {
  /** Whether the token may take the place of somebody else who is signed in. Ask the person first. */
  switchUser?: boolean;
}

/** The session is that of the token now. */
export interface Adopted {
  readonly result: 'okay';
  readonly adopted: true;
  readonly next?: undefined;
  /** The URL without the token, for a router of your own; undefined of a token that had come before. */
  readonly url?: string;
}

/** There was no token; or this is a server, where there is nobody whose session it could be. */
export interface NothingAdopted {
  readonly result: 'okay';
  readonly adopted: false;
  readonly next?: undefined;
  readonly url?: string;
}

/** The token is good, but for this person, and somebody else is signed in. */
export interface AnotherUser extends FailureBase {
  readonly code: 'another_user';
  readonly source: FailureSource;
  readonly message: string;
  readonly user: SessionUser;
  readonly url?: string;
}

/** What {@link Session.adoptRedirect} resolves with. */
export type AdoptResult =
  | Adopted
  | NothingAdopted
  | AnotherUser
  | (ClientFailure & {
      readonly code: Exclude<ErrorCode, RefusalCode | 'another_user'>;
      readonly url?: string;
    });

/**
 * The session that outlives a call. What the client's own calls bring goes into it.
 *
 * Its methods need no `this`: `useSyncExternalStore(lr.session.subscribe, () => lr.session.snapshot)` is all that React
 * needs, and `lr.session` is a Svelte store.
 */
export interface Session {
  /** The session now. */
  readonly snapshot: Snapshot;
  /**
   * Calls the listener now and after every change, and returns how to stop that. A listener may call anything here; an
   * exception in one is reported as uncaught and reaches no other.
   *
   * Throws a {@link LoginRocketError} with `invalid_params` if it is no function.
   */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
  /**
   * A token that is good for a while. Asks the service only if there is none; all who ask meanwhile share one request.
   */
  token(options?: TokenOptions): Promise<TokenResult>;
  /** A newer token, for example after a change of permissions. At most six requests a minute leave this tab. */
  refresh(options?: WaitOptions): Promise<TokenResult>;
  /** A token for another account (`org_…`), in every tab. */
  switchAccount(account: string, options?: WaitOptions): Promise<TokenResult>;
  /**
   * `fetch` with `Authorization: Bearer …`, for the page's own origin and `tokenOrigins`; other requests go out as they
   * are, as do those that bring an `Authorization` of their own and those made while nobody is signed in. After a 401 it
   * refreshes, and sends once more if the token really changed, for the same session and account; but not what is read
   * while it is sent, a stream or the body of a `Request`. A request is never sent as somebody else than who was signed in
   * when it was made.
   *
   * Rejects like `fetch`, with an `AbortError` also where somebody else signs in before it is sent; with a
   * {@link LoginRocketError} where somebody is signed in and no token can be had, and after {@link Session.dispose}.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /**
   * Signs out: here and in all tabs at once, then at the service, for which it waits five seconds at most. A failure says
   * that the service could not be told; the session is gone here all the same.
   */
  signOut(): Promise<OkayResult>;
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
  adoptRedirect(location?: Location | URL | string | null, options?: AdoptOptions): Promise<AdoptResult>;
  /** How it stands and why, for a bug report. */
  explain(): Explanation;
  /**
   * Ends all that goes on and lets go of everything. Nobody is signed out. Calls, the client's own too, then resolve with
   * `code: 'disposed'`.
   */
  dispose(): void;
}

// ---------------------------------------------------------------------------------------------- tokens

/** Claims of a token as they are; of one that is not trusted they may be anything. */
export interface TokenClaims {
  readonly [claim: string]: unknown;
}

/** Claims that were checked. */
export interface VerifiedClaims extends TokenClaims {
  readonly iss: 'https://authrocket.com';
  readonly sub: string;
  readonly exp: number;
  readonly iat: number;
}

/** An account, in the shape of the official SDKs. */
export interface TokenOrg {
  readonly object: 'org';
  /** `org_…` */
  readonly id: string;
  readonly realm_id: string;
  readonly name?: string;
  readonly reference?: string;
  readonly custom?: OpenRecord;
}

/** A person's place in an account. */
export interface TokenMembership {
  readonly object: 'membership';
  /** `mb_…` */
  readonly id: string;
  readonly permissions: readonly string[];
  readonly selected: boolean;
  readonly user_id: string;
  readonly org_id: string;
  readonly org: TokenOrg;
}

/** A person. */
export interface TokenUser {
  readonly object: 'user';
  /** `usr_…` */
  readonly id: string;
  readonly realm_id: string;
  readonly username: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name?: string;
  readonly email?: string;
  readonly email_verification: 'verified' | 'none';
  readonly reference?: string;
  readonly custom?: OpenRecord;
  /** Only of a token that names accounts. */
  readonly memberships?: readonly TokenMembership[];
}

/** A session. */
export interface TokenSession {
  readonly object: 'session';
  /** The session id (`kss_…`), a secret; undefined of a token that belongs to no session. */
  readonly id?: string;
  /** Epoch seconds. */
  readonly created_at: number;
  /** When the token expires, in epoch seconds; the session itself may last longer. */
  readonly expires_at: number;
  /** The token. */
  readonly token: string;
  readonly user_id: string;
  readonly user: TokenUser;
}

interface TokenIdentity {
  readonly result: 'okay';
  readonly next?: undefined;
  readonly session: TokenSession;
  readonly user: TokenUser;
  readonly memberships: readonly TokenMembership[];
  /** The selected account, or the first. */
  readonly account?: TokenOrg;
}

/** What a token says that was verified. */
export interface VerifiedToken extends TokenIdentity {
  readonly trusted: true;
  readonly claims: VerifiedClaims;
}

/**
 * What a token says, of which **nothing is proven**: anybody can write one. The types are what a token of the service
 * has; this one may have anything. For showing, never for deciding.
 */
export interface UntrustedToken extends TokenIdentity {
  readonly trusted: false;
  readonly claims: TokenClaims;
}

/** Options of {@link LoginRocket.verifyToken}. */
export interface VerifyTokenOptions {
  /** How far clocks may be apart, in whole seconds. Default: 5. */
  leewaySeconds?: number;
  /** The account (`org_…`) for which the token must be. */
  account?: string;
}

// ---------------------------------------------------------------------------------------------- hosted pages

/** Options of every hosted page. */
export interface HostedOptions {
  /**
   * Where the page sends the browser afterwards, with `?token=…`: a whole URL that begins with one of the realm's Login
   * URLs. Default: the first of those.
   */
  redirectUri?: string | URL;
}

/** Options of the page that signs a person in. */
export interface HostedLoginOptions extends HostedOptions {
  /** The account (`org_…`) to select; the empty string lets the person choose again. */
  account?: string;
  /** Asks again even if the person is signed in there. */
  prompt?: 'login';
}

/** Options of the page that signs a person up. */
export interface HostedSignupOptions extends HostedOptions {
  /** The invitation's token, where signing up needs one. */
  invitation?: string;
}

/** Options of the pages that take the session of a sign-in made through the API. {@link Hosted.open} fills it in. */
export interface HostedSessionOptions extends HostedOptions {
  /** The session id (`kss_…`). It signs the person in: a URL with it belongs into no log and no link. */
  session?: string;
}

/** Options of the profile's page. */
export interface HostedProfileOptions extends HostedSessionOptions {
  /** The account (`org_…`) to select. */
  account?: string;
}

/** Options of the choice of an account. */
export interface HostedAccountsOptions extends HostedSessionOptions {
  /** Asks even if there is only one. */
  force?: boolean;
}

/** The hosted pages, with what each takes. */
export interface HostedPages {
  login: HostedLoginOptions;
  signup: HostedSignupOptions;
  profile: HostedProfileOptions;
  accounts: HostedAccountsOptions;
  account: HostedSessionOptions & { account: string };
  logout: HostedSessionOptions;
}

/**
 * The realm's own pages. The functions that end in `Url` build a URL and throw a {@link LoginRocketError} with
 * `missing_url`, `insecure_url` or `invalid_option`. None needs `this`.
 */
export interface Hosted {
  loginUrl(options?: HostedLoginOptions): string;
  signupUrl(options?: HostedSignupOptions): string;
  profileUrl(options?: HostedProfileOptions): string;
  accountsUrl(options?: HostedAccountsOptions): string;
  accountUrl(account: string, options?: HostedSessionOptions): string;
  logoutUrl(options?: HostedSessionOptions): string;
  /**
   * Leaves for a hosted page. The session goes along to the pages that take one, so that nobody signs in twice: changing
   * the profile, the second factor, choosing an account. `'logout'` also signs out here and in all tabs.
   */
  open<Page extends keyof HostedPages>(
    page: Page,
    ...options: Page extends 'account' ? [HostedPages[Page]] : [HostedPages[Page]?]
  ): Promise<OkayResult>;
}

// ---------------------------------------------------------------------------------------------- errors

/** Thrown for misuse of the constructor, a property or `subscribe`, by {@link unwrap}, and by {@link Session.fetch}. */
export class LoginRocketError extends Error {
  constructor(message: string, code: ErrorCode);
  readonly name: FailureSource;
  readonly code: ErrorCode;
  /** Sentences for the person; not where it was thrown for misuse, like all that follows. */
  readonly errors?: readonly string[];
  /** What the service itself said, where it said something beside the status. */
  readonly serviceErrors?: readonly string[];
  readonly retryable?: boolean;
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
}

/** The class of `code: 'access_denied'`. */
export class AccessDenied extends LoginRocketError {}

/** The class of `code: 'rate_limited'`. */
export class RateLimited extends LoginRocketError {}

/** The class of `code: 'not_found'`. */
export class RecordNotFound extends LoginRocketError {}

/** Whether a value is a {@link LoginRocketError}, of this copy of the package or of another in the same page. */
export function isLoginRocketError(value: unknown): value is LoginRocketError;

/**
 * The answer, if it is no failure; for those who prefer exceptions: `unwrap(await lr.login({ … }))`.
 *
 * Throws {@link AccessDenied}, {@link RateLimited}, {@link RecordNotFound} or {@link LoginRocketError}. The message of a
 * refusal is the service's own text.
 */
export function unwrap<A extends LoginResult | OkayResult | TokenResult | AdoptResult | VerifiedToken | UntrustedToken>(
  answer: A,
): Exclude<A, Failure | AnotherUser>;

// ---------------------------------------------------------------------------------------------- client

/** A client of one LoginRocket realm. */
export class LoginRocket {
  /**
   * Makes a client; nothing is sent.
   *
   * Throws a {@link LoginRocketError} with `invalid_url`, `not_a_loginrocket_url`, `api_key_in_browser`,
   * `invalid_option`, `wasm_blocked` or `unsupported_browser`; from `loginrocket-wasm/slim` also with `not_initialized`.
   */
  constructor(options?: LoginRocketOptions);

  /** Version of this package. */
  static readonly VERSION: string;

  /** The API's base URL, ending in `/v2/`. Reading it while none is set throws `missing_url`; a blank value clears it. */
  get lrUrl(): string;
  set lrUrl(url: string | URL | null | undefined);

  /** Language of the service's messages. A blank value leaves the choice to the browser. */
  get locale(): string | undefined;
  set locale(locale: string | null | undefined);

  /** The session that outlives a call; always the same object. */
  get session(): Session;

  /** The realm's own pages; always the same object. */
  get hosted(): Hosted;

  /**
   * Verifies a token of the realm: its signature with the realm's keys, its issuer and its times. The keys are asked for
   * when the first token needs them, kept for ten minutes, and asked for again, at most once a minute, where a token
   * names one that is not among them. Resolves with a failure of {@link TokenCode} where it is not to be trusted.
   */
  verifyToken(token: string, options?: VerifyTokenOptions): Promise<VerifiedToken | ClientFailure>;
  /** What a token says, of which **nothing is proven**; see {@link UntrustedToken}. `malformed_token` if it is none. */
  decodeToken(token: string): UntrustedToken | ClientFailure;

  /** Signs a person in (`POST login`). */
  login<P extends LoginParams>(params: P, options?: CallOptions): Promise<LoginResult>;
  /** Completes a sign-in with the second factor (`POST login/verify`). */
  verifyLogin<P extends VerifyLoginParams>(params: P, options?: CallOptions): Promise<LoginResult>;
  /** Gets a new token for a session, optionally for another account (`GET session`). */
  getSession<P extends GetSessionParams>(params?: P | null, options?: CallOptions): Promise<LoginResult>;
  /** Ends a session (`DELETE session`). Tokens already handed out stay valid until they expire. */
  logout<P extends LogoutParams>(params?: P | null, options?: CallOptions): Promise<OkayResult>;
  /** Sends an e-mail with a link to set a new password (`POST password/forgot`). */
  forgotPassword<P extends ForgotPasswordParams>(params: P, options?: CallOptions): Promise<OkayResult>;
  /** Sets a new password with the token of that e-mail (`POST password/reset`). All other sessions end. */
  resetPassword<P extends ResetPasswordParams>(params: P, options?: CallOptions): Promise<LoginResult>;
  /** Changes the password of a signed-in person (`POST profile/password`). */
  updatePassword<P extends UpdatePasswordParams>(params: P, options?: CallOptions): Promise<OkayResult>;
  /** Changes the profile of a signed-in person (`PUT profile`). */
  updateProfile<P extends UpdateProfileParams>(params: P, options?: CallOptions): Promise<LoginResult>;
  /** Creates a person, an account and a session (`POST signup`). */
  signup<P extends SignupParams>(params: P, options?: CallOptions): Promise<LoginResult>;
  /** Asks to be invited, where signing up needs an invitation (`POST signup/request`). */
  requestInvitation<P extends RequestInvitationParams>(params: P, options?: CallOptions): Promise<OkayResult>;
  /** Confirms an e-mail address with the token of the e-mail (`POST email/verify`). */
  verifyEmail<P extends VerifyEmailParams>(params: P, options?: CallOptions): Promise<OkayResult>;
}

export default LoginRocket;
