// What a token says, in the official SDKs' shape (protocol.md#shape-of-the-official-sdks).

/** Claims of a token as they are; of one that is not trusted they may be anything. */
export interface TokenClaims {
  /** Any claim. */
  readonly [claim: string]: unknown
}

/** Claims that were checked. */
export interface VerifiedClaims extends TokenClaims {
  /** Who issued it. */
  readonly iss: 'https://authrocket.com'
  /** Whose it is, `usr_…`. */
  readonly sub: string
  /** When it expires, in epoch seconds. */
  readonly exp: number
  /** When it was issued, in epoch seconds. */
  readonly iat: number
}

/** An account, in the shape of the official SDKs. */
export interface TokenOrg {
  /** What it is. */
  readonly object: 'org'
  /** The account's id, `org_…`. */
  readonly id: string
  /** The realm's id, `rl_…`. */
  readonly realm_id: string
  /** What it is called. */
  readonly name?: string
  /** Your own id of it. */
  readonly reference?: string
  /** What your backend has put there. */
  readonly custom?: Readonly<Record<string, unknown>>
}

/** A person's place in an account. */
export interface TokenMembership {
  /** What it is. */
  readonly object: 'membership'
  /** The membership's id, `mb_…`. */
  readonly id: string
  /** What the person may do there. */
  readonly permissions: readonly string[]
  /** Whether it is the account that the token is for. */
  readonly selected: boolean
  /** The person's id. */
  readonly user_id: string
  /** The account's id. */
  readonly org_id: string
  /** The account. */
  readonly org: TokenOrg
}

/** A person. */
export interface TokenUser {
  /** What it is. */
  readonly object: 'user'
  /** The person's id, `usr_…`. */
  readonly id: string
  /** The realm's id, `rl_…`. */
  readonly realm_id: string
  /** The username, if there is one. */
  readonly username: string | null
  /** The first name, if it is known. */
  readonly first_name: string | null
  /** The last name, if it is known. */
  readonly last_name: string | null
  /** The whole name. */
  readonly name?: string
  /** The e-mail. */
  readonly email?: string
  /** Whether the e-mail is known to be the person's own. */
  readonly email_verification: 'verified' | 'none'
  /** Your own id of the person. */
  readonly reference?: string
  /** What your backend has put there. */
  readonly custom?: Readonly<Record<string, unknown>>
  /** Only of a token that names accounts. */
  readonly memberships?: readonly TokenMembership[]
}

/** A session. */
export interface TokenSession {
  /** What it is. */
  readonly object: 'session'
  /** The session id (`kss_…`), a secret; undefined of a token that belongs to no session. */
  readonly id?: string
  /** When the token was issued, in epoch seconds. */
  readonly created_at: number
  /** When the token expires, in epoch seconds; the session itself may last longer. */
  readonly expires_at: number
  /** The token. */
  readonly token: string
  /** The person's id. */
  readonly user_id: string
  /** The person. */
  readonly user: TokenUser
}

interface TokenIdentity {
  /** It could be read. */
  readonly result: 'okay'
  /** A token leaves nothing to do. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** The session that the token is of. */
  readonly session: TokenSession
  /** The person. */
  readonly user: TokenUser
  /** The person's places in accounts, as far as the token names them. */
  readonly memberships: readonly TokenMembership[]
  /** The selected account, or the first. */
  readonly account?: TokenOrg
}

/** What a token says that was verified. */
export interface VerifiedToken extends TokenIdentity {
  /** Its signature, its issuer and its times are right. */
  readonly trusted: true
  /** All that it says. */
  readonly claims: VerifiedClaims
}

/**
 * What a token says, of which **nothing is proven**: anybody can write one. The types are what a token of the service
 * has; this one may have anything. For showing, never for deciding.
 */
export interface UntrustedToken extends TokenIdentity {
  /** Anybody may have written it. */
  readonly trusted: false
  /** All that it says. */
  readonly claims: TokenClaims
}

/** Options of {@link LoginRocket.verifyToken}. */
export interface VerifyTokenOptions {
  /** How far clocks may be apart, in whole seconds. Default: 5. */
  leewaySeconds?: number
  /** The account (`org_…`) for which the token must be. */
  account?: string
}
