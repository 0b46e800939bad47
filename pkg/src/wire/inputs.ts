// Made from src/wire by `cargo xtask wire`; a test compares it. Do not edit.

/** A value of the app's as it stands in a list: `{}` is one that JSON cannot hold, `[]` one that could not be read. */
export type Plain = string | number | boolean | null | Record<string, never> | never[]

export const enum Endpoint {
  Login,
  VerifyLogin,
  GetSession,
  Logout,
  ForgotPassword,
  ResetPassword,
  UpdatePassword,
  UpdateProfile,
  Signup,
  RequestInvitation,
  VerifyEmail,
}

export const enum ParamsFault {
  None,
  NotAnObject,
  Unsendable,
  OfPage,
}

export const enum OptionsFault {
  None,
  NotAnObject,
  Unknown,
}

export const enum Want {
  Token,
  Refresh,
  Account,
}

export const enum Body {
  Text,
  NotUtf8,
  TooLarge,
  Cut,
}

export const enum StoreFault {
  Blocked,
  Full,
  Failed,
}

export const enum Signature {
  Good,
  Bad,
  UnreadableKey,
  Unavailable,
}

/** Calls whose parameters are a body, of which the engine sees `session`, `account` and `token` alone. */
export const WITH_BODY: readonly Endpoint[] = [Endpoint.Login, Endpoint.VerifyLogin, Endpoint.ForgotPassword, Endpoint.ResetPassword, Endpoint.UpdatePassword, Endpoint.UpdateProfile, Endpoint.Signup, Endpoint.RequestInvitation, Endpoint.VerifyEmail]

/** A list, and the text beside it. */
export type Input = [list: readonly unknown[], beside?: string | undefined]

export const call = (id: number, endpoint: Endpoint, paramsFault: ParamsFault, optionsFault: OptionsFault, locale: Plain, timeoutMs: Plain, isAborted: Plain, params?: string): Input => [[0, id, endpoint, paramsFault, optionsFault, locale, timeoutMs, isAborted], params]
export const want = (id: number, want: Want, detail: Plain, optionsFault: OptionsFault, locale: Plain, timeoutMs: Plain, isAborted: Plain): Input => [[1, id, want, detail, optionsFault, locale, timeoutMs, isAborted]]
export const authorize = (id: number, origin: string | null, isSameOrigin: boolean, isAuthorized: boolean, isRepeatable: boolean, isAborted: boolean): Input => [[2, id, origin, isSameOrigin, isAuthorized, isRepeatable, isAborted]]
export const signOut = (id: number): Input => [[3, id]]
export const adopt = (id: number, isLocation: boolean, switchUser: boolean, optionsFault: OptionsFault, leewaySeconds: Plain, url?: string): Input => [[4, id, isLocation, switchUser, optionsFault, leewaySeconds], url]
export const verifyToken = (id: number, optionsFault: OptionsFault, leewaySeconds: Plain, account: Plain, token?: string): Input => [[5, id, optionsFault, leewaySeconds, account], token]
export const decodeToken = (id: number, token?: string): Input => [[6, id], token]
export const hostedUrl = (id: number, optionsFault: OptionsFault, page: Plain, account: Plain, prompt: Plain, invitation: Plain, force: Plain, redirectUri: Plain, session: Plain): Input => [[7, id, optionsFault, page, account, prompt, invitation, force, redirectUri, session]]
export const openHosted = (id: number, optionsFault: OptionsFault, page: Plain, account: Plain, prompt: Plain, invitation: Plain, force: Plain, redirectUri: Plain, session: Plain): Input => [[8, id, optionsFault, page, account, prompt, invitation, force, redirectUri, session]]
export const snapshot = (id: number): Input => [[9, id]]
export const explain = (id: number): Input => [[10, id]]
export const cancel = (id: number): Input => [[11, id]]
export const attach = (): Input => [[12]]
export const url = (id: number): Input => [[13, id]]
export const setUrl = (id: number, url: Plain, isUrlUsable: boolean): Input => [[14, id, url, isUrlUsable]]
export const locale = (id: number): Input => [[15, id]]
export const setLocale = (id: number, locale: Plain): Input => [[16, id, locale]]
export const dispose = (): Input => [[17]]
export const replied = (id: number, status: number, isHiddenRedirect: boolean, contentType: string | null, requestId: string | null, retryAfter: string | null, retryAt: number | null, resetAt: number | null, date: number | null, body: Body, reply?: string): Input => [[18, id, status, isHiddenRedirect, contentType, requestId, retryAfter, retryAt, resetAt, date, body], reply]
export const unanswered = (id: number, isMisuse: boolean): Input => [[19, id, isMisuse]]
export const stored = (id: number, fault: StoreFault | null, result?: string): Input => [[20, id, fault], result]
export const lockSettled = (id: number, isGranted: boolean): Input => [[21, id, isGranted]]
export const siblingsFound = (id: number, areThere: boolean): Input => [[22, id, areThere]]
export const verified = (id: number, signature: Signature, keyBits: number): Input => [[23, id, signature, keyBits]]
export const authorized = (id: number, status: number): Input => [[24, id, status]]
export const message = (text?: string): Input => [[25], text]
export const channelClosed = (): Input => [[26]]
export const storageChanged = (key: string | null): Input => [[27, key]]
export const visible = (isVisible: boolean): Input => [[28, isVisible]]
export const online = (isOnline: boolean): Input => [[29, isOnline]]
export const woke = (): Input => [[30]]

/** The list of a client's options. */
export const options = (
  optionsFault: OptionsFault,
  texts: string[],
  url: Plain,
  isUrlUsable: boolean,
  locale: Plain,
  timeoutMs: Plain,
  agent: Plain,
  isFetchUsable: Plain,
  dangerouslyAllowInsecureUrl: Plain,
  storage: Plain,
  tokenOrigins: readonly (readonly [given: string, origin: string])[] | Plain,
  verify: Plain,
  environment: Plain,
  keepChallenge: Plain,
  keepProfile: Plain,
  isServer: boolean,
  hasLocks: boolean,
  hasChannel: boolean,
  hasCrypto: boolean,
  seed: number,
): readonly unknown[] => [optionsFault, texts, url, isUrlUsable, locale, timeoutMs, agent, isFetchUsable, dangerouslyAllowInsecureUrl, storage, tokenOrigins, verify, environment, keepChallenge, keepProfile, isServer, hasLocks, hasChannel, hasCrypto, seed]
