// The client of an app. Its methods begin calls and return their results.

import { instances, type Instance, type Start } from './engine'
import { notAClient } from './errors'
import { attempt } from './guard'
import { failed, Host, type Asked } from './host'
import { hostedOf } from './hosted'
import { optionsFault } from './misspelt'
import { readCall, readOptions, type CallOptions, type LoginRocketOptions } from './options'
import { bare } from './members'
import { shown, toJson } from './params'
import { member, plain, plainUrl } from './plain'
import { sessionOf } from './session'
import type { LoginResult, OkayResult } from './types/failures'
import type { Hosted } from './types/hosted'
import type {
  ForgotPasswordParams,
  GetSessionParams,
  LoginParams,
  LogoutParams,
  RequestInvitationParams,
  ResetPasswordParams,
  SignupParams,
  UpdatePasswordParams,
  UpdateProfileParams,
  VerifyEmailParams,
  VerifyLoginParams,
} from './types/params'
import type { FormEntries, UrlLike } from './types/platform'
import type { Session } from './types/session'
import type { UntrustedToken, VerifiedToken, VerifyTokenOptions } from './types/tokens'
import type { ClientFailure } from './types/failures'
import * as input from './wire/inputs'
import { Endpoint, ParamsFault } from './wire/inputs'

const VERIFY_OPTIONS = ['leewaySeconds', 'account']

let instance: () => Instance
let prepare: (() => void) | undefined

/** Sets how an instance of the module is started, and what runs before the first client is made. Each entry calls this once. */
export const useModule = (start: Start, before?: () => void): void => {
  instance = instances(start)
  prepare = before
}

/** A client of one LoginRocket realm. */
export class LoginRocket {
  /** Version of this package. */
  static readonly VERSION: string = VERSION

  readonly #host: Host
  readonly #session: Session
  /** The realm's own pages. */
  readonly hosted: Hosted

  /**
   * Makes a client. It sends nothing.
   *
   * Throws a {@link LoginRocketError} with `invalid_url`, `not_a_loginrocket_url`, `api_key_in_browser`,
   * `invalid_option`, `wasm_blocked`, `unsupported_browser` or `out_of_memory`; from `loginrocket-wasm/external` also with `not_initialized`.
   * On a server it never throws: the calls resolve with the failure instead.
   */
  constructor(options?: LoginRocketOptions) {
    if (prepare) attempt(prepare)
    prepare = undefined
    const settings = readOptions(options)
    this.#host = new Host(instance, settings)
    this.#session = sessionOf(this.#host)
    // An own member with functions: cloning a client then fails with an error, instead of giving an empty object.
    this.hosted = hostedOf(this.#host)
    // Methods work without `this`. If an app replaces a method, on the client or on the class, the replacement is called.
    for (const name of METHODS) {
      const value = (...given: unknown[]): unknown =>
        ((Object.getPrototypeOf(this) as Record<string, unknown>)[name] as (...given: unknown[]) => unknown).apply(this, given)
      Object.defineProperty(this, name, bare({ value, configurable: true, writable: true }))
    }
    if (!settings.isServer) this.#host.open()
  }

  /**
   * The API's base URL, ending in `/v2/`. Reading it throws `missing_url` if none is set. Setting a blank value clears it; setting
   * a wrong one throws as the constructor does, and changes nothing.
   */
  get lrUrl(): string {
    return LoginRocket.#of(this).query(input.url) as string
  }

  set lrUrl(value: string | UrlLike | null | undefined) {
    const url = plainUrl(value)
    LoginRocket.#of(this).change('url', url, (id) => input.setUrl(id, ...url))
  }

  /** Language of the service's messages. A blank value leaves the choice to the browser. */
  get locale(): string | undefined {
    return LoginRocket.#of(this).query(input.locale) as string | undefined
  }

  set locale(value: string | null | undefined) {
    const locale = plain(value)
    LoginRocket.#of(this).change('locale', locale, (id) => input.setLocale(id, locale))
  }

  /** The session, which lasts longer than one call. It is always the same object. */
  get session(): Session {
    LoginRocket.#of(this).attach()
    return this.#session
  }

  /**
   * Verifies a token of the realm: its signature with the realm's keys, its issuer and its times. The keys are fetched when the
   * first token needs them, and kept for ten minutes. If a token names an unknown key, they are fetched again, at most once a
   * minute. Resolves with a failure that has a {@link TokenCode} if the token is not to be trusted.
   */
  verifyToken(token: string, options?: VerifyTokenOptions): Promise<VerifiedToken | ClientFailure> {
    return LoginRocket.#ask(this, () => {
      const [fault, hint] = optionsFault(options, VERIFY_OPTIONS)
      const [leeway, account] = [plain(member(options, 'leewaySeconds')), plain(member(options, 'account'))]
      // A value that is not a string is no token.
      const text = typeof token === 'string' ? token : ''
      return [(id) => input.verifyToken(id, fault, leeway, account, text), { token: text, hint }]
    })
  }

  /**
   * Reads a token without verifying it. **Nothing in it is proven**: see {@link UntrustedToken}. Returns a failure with
   * `malformed_token` if the text is no token.
   */
  decodeToken(token: string): UntrustedToken | ClientFailure {
    const text = typeof token === 'string' ? token : ''
    try {
      return LoginRocket.#of(this).query((id) => input.decodeToken(id, text), { token: text }) as UntrustedToken
    } catch (error) {
      return failed(error) as ClientFailure
    }
  }

  /** Signs a person in (`POST login`). */
  login(params: LoginParams | FormEntries, options?: CallOptions): Promise<LoginResult> {
    return LoginRocket.#call(this, Endpoint.Login, params, options)
  }

  /**
   * Completes a sign-in with the second factor (`POST login/verify`). The code alone is enough in the page in which the sign-in
   * began; with {@link LoginRocketOptions.keepChallenge} also after a reload. Otherwise pass `token` as well: without one the call
   * resolves with `invalid_params`.
   */
  verifyLogin(params: VerifyLoginParams | FormEntries, options?: CallOptions): Promise<LoginResult> {
    return LoginRocket.#call(this, Endpoint.VerifyLogin, params, options)
  }

  /** Gets a new token for a session, optionally for another account (`GET session`). */
  getSession(params?: GetSessionParams | FormEntries | null, options?: CallOptions): Promise<LoginResult> {
    return LoginRocket.#call(this, Endpoint.GetSession, params, options)
  }

  /** Ends a session (`DELETE session`). Tokens already handed out stay valid until they expire. */
  logout(params?: LogoutParams | FormEntries | null, options?: CallOptions): Promise<OkayResult> {
    return LoginRocket.#call(this, Endpoint.Logout, params, options)
  }

  /** Sends an e-mail with a link to set a new password (`POST password/forgot`). */
  forgotPassword(params: ForgotPasswordParams | FormEntries, options?: CallOptions): Promise<OkayResult> {
    return LoginRocket.#call(this, Endpoint.ForgotPassword, params, options)
  }

  /** Sets a new password with the token of that e-mail (`POST password/reset`). All other sessions end. */
  resetPassword(params: ResetPasswordParams | FormEntries, options?: CallOptions): Promise<LoginResult> {
    return LoginRocket.#call(this, Endpoint.ResetPassword, params, options)
  }

  /** Changes the password of a signed-in person (`POST profile/password`). */
  updatePassword(params: UpdatePasswordParams | FormEntries, options?: CallOptions): Promise<OkayResult> {
    return LoginRocket.#call(this, Endpoint.UpdatePassword, params, options)
  }

  /** Changes the profile of a signed-in person (`PUT profile`). */
  updateProfile(params: UpdateProfileParams | FormEntries, options?: CallOptions): Promise<LoginResult> {
    return LoginRocket.#call(this, Endpoint.UpdateProfile, params, options)
  }

  /**
   * Creates a person, an account and a session (`POST signup`). If the realm verifies e-mail addresses first, there is no session
   * yet: `next` is `verify_email`, and the link in the mail leads to the rest of the sign-up.
   */
  signup(params: SignupParams | FormEntries, options?: CallOptions): Promise<LoginResult> {
    return LoginRocket.#call(this, Endpoint.Signup, params, options)
  }

  /** Asks for an invitation, for realms that require one to sign up (`POST signup/request`). */
  requestInvitation(params: RequestInvitationParams | FormEntries, options?: CallOptions): Promise<OkayResult> {
    return LoginRocket.#call(this, Endpoint.RequestInvitation, params, options)
  }

  /**
   * Confirms an e-mail address with the token from the e-mail (`POST email/verify`). {@link LoginRocket.session} is then
   * refreshed: it shows that the address is verified, and loses the condition `must_verify_email`.
   *
   * The API cannot send the e-mail again. A hosted page can (`lr.hosted.open('profile')`), and so can your own backend.
   */
  verifyEmail(params: VerifyEmailParams | FormEntries, options?: CallOptions): Promise<OkayResult> {
    return LoginRocket.#call(this, Endpoint.VerifyEmail, params, options)
  }

  static #call<R>(client: LoginRocket, endpoint: Endpoint, given: unknown, options?: CallOptions): Promise<R> {
    return LoginRocket.#ask(client, () => {
      const json = toJson(given)
      const [fault, params] = typeof json === 'string' ? [ParamsFault.None, json] : [json, '{}']
      const seen = input.WITH_BODY.includes(endpoint) ? shown(params) : params
      const { items, signal, hint } = readCall(options)
      return [(id) => input.call(id, endpoint, fault, ...items, seen), { params, hint }, signal]
    })
  }

  static #ask<T>(client: LoginRocket, prepare: () => Asked): Promise<T> {
    const host = attempt(() => client.#host)
    return host ? host.ask(prepare) : Promise.resolve(failed(notAClient()) as T)
  }

  /** The host of a client. Throws for a copy or a proxy of a client, which has no host. */
  static #of(client: LoginRocket): Host {
    try {
      return client.#host
    } catch {
      throw notAClient()
    }
  }
}

const METHODS: string[] = []
for (const name of Object.getOwnPropertyNames(LoginRocket.prototype)) {
  const isMethod = Object.getOwnPropertyDescriptor(LoginRocket.prototype, name)!.value !== undefined
  if (isMethod && name !== 'constructor') METHODS.push(name)
}

// Minification renames the class. A literal keeps its name.
Object.defineProperty(LoginRocket, 'name', bare({ value: 'LoginRocket' }))
const { dispose } = Symbol as { dispose?: symbol }
if (dispose) {
  const value = function (this: LoginRocket) {
    this.session.dispose()
  }
  Object.defineProperty(LoginRocket.prototype, dispose, bare({ value }))
}
