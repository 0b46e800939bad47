// Documents that an emulator is given: realms, people and settings, as `docs/reference/emulator.md` describes them. Members have the names
// that they have in seed files.

/** A value that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What can be assumed of the service where nothing is known. */
export interface Assumptions {
  /** `result` of a right password when a second factor is due. Default: `"totp_required"`. */
  readonly mfa_result: string
  /** Status of a wrong code. Default: `422`. */
  readonly mfa_wrong_code_status: number
  /** Condition of a login while a required verification is open. Default: `"must_verify_email"`. */
  readonly unverified_condition: string
  /** Member that lists the missing profile fields; none by default. Default: `null`. */
  readonly missing_fields_member: string | null
  /** Whether `no_account_selected` brings `accounts: [{id, name}]`. Default: `false`. */
  readonly accounts_in_reply: boolean
  /** Whether the only account of a person is selected by itself in multi-user realms. Default: `false`. */
  readonly select_only_account: boolean
  /** What naming an account one does not belong to answers: `conditional`, `ignored`, `forbidden`. Default: `"conditional"`. */
  readonly foreign_account: 'conditional' | 'ignored' | 'forbidden'
  /** Status of successes. Default: `200`. */
  readonly success_status: number
  /** What errors outside 409 and 422 carry: `json`, `html`, `empty`. Default: `"json"`. */
  readonly error_body: 'json' | 'html' | 'empty'
  /** Sentences by name, in place of the built-in ones, whatever the language. Default: `{}`. */
  readonly texts: { readonly [name: string]: string }
  /** Failed logins of one person before more are refused with 422. Default: `10`. */
  readonly login_attempts: number
  /** For how long failed logins count. Default: `10`. */
  readonly login_attempts_minutes: number
  /** Status of a login after too many failed ones. Default: `422`. */
  readonly throttled_login_status: number
  /** Status of calls to a part of the API that is off. Default: `403`. */
  readonly feature_off_status: number
  /** Status of the login of a person who is inactive. Default: `422`. */
  readonly inactive_login_status: number
  /** Status of a second factor's token that is unknown, used or too old. Default: `422`. */
  readonly mfa_wrong_token_status: number
  /** Status of a password reset's token that is unknown, used or too old. Default: `422`. */
  readonly password_wrong_token_status: number
  /** Whether people without a password set a first one without giving a current one. Default: `true`. */
  readonly first_password_freely: boolean
  /** How many calls the realm takes; no limit by default: `{"requests":…,"window_seconds":…,"scope":"realm"}`; scope also `address`. Default: `null`. */
  readonly rate_limit: { readonly requests: number; readonly window_seconds: number; readonly scope?: 'realm' | 'address' | undefined } | null
  /** Whether 429 carries `Retry-After` too. Default: `false`. */
  readonly retry_after: boolean
  /** Headers that scripts of other origins may read. Default: `[]`. */
  readonly cors_exposed_headers: readonly string[]
  /** What a call from an origin that is not listed gets; the browser hides either from the page: `answered`, `refused`. Default: `"answered"`. */
  readonly foreign_origin: 'answered' | 'refused'
  /** How long a browser may remember a preflight. Default: `7200`. */
  readonly cors_max_age_seconds: number
  /** Whether answers carry `X-Request-ID`. Default: `true`. */
  readonly request_id: boolean
  /** What forgetting a password answers for an unknown person: `okay`, `error`. Default: `"okay"`. */
  readonly forgot_unknown_person: 'okay' | 'error'
  /** Status of signing up where that is closed. Default: `422`. */
  readonly signup_closed_status: number
  /** Status of signing up with a taken e-mail. Default: `422`. */
  readonly signup_duplicate_status: number
  /** Parameter that carries the invitation. Default: `"invitation"`. */
  readonly invitation_param: string
  /** `result` of signing up when the e-mail is verified first. Default: `"okay"`. */
  readonly preverify_result: string
  /** Status of requesting an invitation where nobody can. Default: `422`. */
  readonly request_invitation_status: number
  /** What a login answers while a required verification is open: `conditional`, `refused`, `allowed`. Default: `"conditional"`. */
  readonly unverified_login: 'conditional' | 'refused' | 'allowed'
  /** When a changed e-mail takes effect: `by_verification`, `immediate`, `pending`. Default: `"by_verification"`. */
  readonly email_change: 'by_verification' | 'immediate' | 'pending'
  /** Profile members accepted beyond those of the Core API. Default: `["locale","org_name"]`. */
  readonly profile_extra_fields: readonly string[]
  /** Status of signing out a session that is gone. Default: `403`. */
  readonly second_logout_status: number
  /** Whether a refresh prolongs the session. Default: `false`. */
  readonly sliding_sessions: boolean
  /** Whether a refresh returns the same token while it is valid. Default: `false`. */
  readonly reuse_token: boolean
  /** Lifetime of the token between password and second factor. Default: `10`. */
  readonly mfa_token_minutes: number
  /** Lifetime of a password reset. Default: `1440`. */
  readonly password_token_minutes: number
  /** Lifetime of an e-mail verification. Default: `10080`. */
  readonly email_token_minutes: number
  /** Whether those tokens work once only. Default: `true`. */
  readonly tokens_work_once: boolean
  /** Steps of 30 s before and after the current one whose codes are right too. Default: `1`. */
  readonly totp_window: number
  /** Whether a code works once only, as RFC 6238 §5.2 wants. Off, so that tests need not wait 30 s. Default: `false`. */
  readonly totp_code_once: boolean
  /** How long the key set may be cached. Default: `300`. */
  readonly jwks_max_age_seconds: number
  /** Whether keys carry `kty`, `use`, `n` and `e` beside `x5c`. Default: `true`. */
  readonly jwks_components: boolean
  /** Whether the key set can be read across origins. Default: `true`. */
  readonly jwks_cors: boolean
  /** Claims of tokens made by LoginRocket: any of `profile`, `email`, `orgs`, `custom`. Default: `["profile","email","orgs","custom"]`. */
  readonly token_claims: readonly ('profile' | 'email' | 'orgs' | 'custom')[]
  /** Whether tokens signed with a shared secret carry `kid`. Default: `false`. */
  readonly hs256_kid: boolean
  /** Whether PUT takes form-encoded bodies, and POST and PUT take parameters in the query. Default: `true`. */
  readonly lenient_params: boolean
  /** Whether a missing `Accept` is refused too. Default: `false`. */
  readonly strict_accept: boolean
  /** Where a hand-off with a `redirect_uri` that is not allowed goes: `first_login_url`, `error`. Default: `"first_login_url"`. */
  readonly foreign_redirect: 'first_login_url' | 'error'
  /** Whether GET does what POST does, as in v1 of the service. Default: `false`. */
  readonly get_for_post: boolean
  /** Whether changing a password heeds `keep_sessions`. Default: `false`. */
  readonly honour_keep_sessions: boolean
  /** Memory of one password hash. Light on purpose: these are test passwords, and tests should be quick. Default: `256`. */
  readonly password_hash_kib: number
}

/** Settings of a realm. */
export interface Settings {
  /** Who may sign up: `open`, `invitation`, `closed`. Default: `"open"`. */
  readonly signup: 'open' | 'invitation' | 'closed'
  /** How many accounts a person works in: `single_user`, `multi_user`. Default: `"single_user"`. */
  readonly org_mode: 'single_user' | 'multi_user'
  /** What an unverified e-mail means: `none`, `optional`, `required`, `preverify`. Default: `"none"`. */
  readonly email_verification: 'none' | 'optional' | 'required' | 'preverify'
  /** `first_name` and `last_name`: `hidden`, `optional`, `required`. Default: `"optional"`. */
  readonly name_field: 'hidden' | 'optional' | 'required'
  /** `org_name`; required means that no account is made up for a person who has none: `hidden`, `optional`, `required`. Default: `"optional"`. */
  readonly org_name_field: 'hidden' | 'optional' | 'required'
  /** `username`: `hidden`, `optional`, `required`. Default: `"optional"`. */
  readonly username_field: 'hidden' | 'optional' | 'required'
  /** How often forms ask for a new password: `once`, `twice`. Default: `"once"`. */
  readonly password_field: 'once' | 'twice'
  /** Least number of characters of a password. Default: `8`. */
  readonly password_min_length: number
  /** Least zxcvbn score of a password, 0 to 4. Default: `0`. */
  readonly password_min_complexity: number
  /** Each of these kinds has to occur in a password: `lower`, `upper`, `digit`, `symbol`: any of `lower`, `upper`, `digit`, `symbol`. Default: `[]`. */
  readonly password_required_chars: readonly ('lower' | 'upper' | 'digit' | 'symbol')[]
  /** Whether the second factor is on. Default: `false`. */
  readonly totp: boolean
  /** Language of people without a preference whose browser has none either. Default: `"en"`. */
  readonly default_locale: string
  /** Languages the realm speaks. Default: `["en","es","ja"]`. */
  readonly available_locales: readonly string[]
  /** Origins that may call from a browser: scheme, host and port, such as `capacitor://localhost`; port `*`, `null` and `file://` are the emulator's own extension. Default: `["http://localhost:*","http://127.0.0.1:*"]`. */
  readonly allowed_origins: readonly string[]
  /** Parts of the API that are on: any of `api`, `login`, `signup`. Without `login` or `signup` the hosted pages do neither. Default: `["api","login","signup"]`. */
  readonly lr_features: readonly ('api' | 'login' | 'signup')[]
  /** How tokens are signed: `rs256`, `hs256`. Default: `"rs256"`. */
  readonly jwt_algo: 'rs256' | 'hs256'
  /** Lifetime of a token. Default: `360`. */
  readonly jwt_minutes: number
  /** Further claims of tokens made through the Core API, such as `ar.orgs`. Default: `[]`. */
  readonly jwt_scopes: readonly string[]
  /** Lifetime of a session. Default: `1440`. */
  readonly session_minutes: number
  /** Lifetime of `OAuth2` access tokens; stored and shown, nothing here uses it. Default: `60`. */
  readonly access_token_minutes: number
  /** Permissions that every new membership gets beside those it names. Default: `[]`. */
  readonly auto_grant_permissions: readonly string[]
  /** Where links in mails lead: an address with `{page}` (`reset`, `verify-email`, `signup`), `{parameter}` (`token`, `invitation`) and `{token}` in it. Default: `null`. */
  readonly mail_link: string | null
  /** What is assumed where nothing is known. */
  readonly assumptions: Assumptions
}

/** Settings to be changed; what is missing stays as it is. */
export type SettingsChange = { readonly [Name in Exclude<keyof Settings, 'assumptions'>]?: Settings[Name] | undefined } & {
  /** Assumptions to be changed; what is missing stays as it is. */
  readonly assumptions?: { readonly [Name in keyof Assumptions]?: Assumptions[Name] | undefined } | undefined
}

/** Somebody's place in an account. */
export interface MembershipSeed {
  /** `mb_…`; a new one if missing. */
  readonly id?: string | undefined
  /** Id or name of the account; one that is not there is made. */
  readonly account: string
  /** Such as `ar:owner`. */
  readonly permissions?: readonly string[] | undefined
}

/** A session that goes on, as exports have it. */
export interface SessionSeed {
  /** `kss_…`: the session itself. */
  readonly id: string
  /** Epoch seconds. */
  readonly created_at: number
  /** Epoch seconds. */
  readonly expires_at: number
  /** Who made it. */
  readonly client?: { readonly ip?: string | undefined; readonly agent?: string | undefined } | undefined
}

/** A person, as seed documents describe one. Without `memberships` an account of the person's own is made. */
export interface PersonSeed {
  /** `usr_…`; a new one if missing. */
  readonly id?: string | undefined
  /** Unique in the realm. */
  readonly email?: string | undefined
  /** A changed e-mail that is not verified yet. */
  readonly email_pending?: string | undefined
  /** Whether `email` is verified; not unless it says so. */
  readonly email_verified?: boolean | undefined
  /** Whether a mail is out that asks for the verification. */
  readonly email_verification_requested?: boolean | undefined
  /** Unique in the realm. */
  readonly username?: string | undefined
  /** In plain text; the realm's policy does not apply. */
  readonly password?: string | undefined
  /** As exported. */
  readonly password_hash?: string | undefined
  /** Given name. */
  readonly first_name?: string | undefined
  /** Family name. */
  readonly last_name?: string | undefined
  /** Preferred language: `en`, `es`, `ja`. */
  readonly locale?: string | undefined
  /** Your own id of the person. */
  readonly reference?: string | undefined
  /** Your own attributes of the person. */
  readonly custom?: { readonly [name: string]: Json } | undefined
  /** Whether the person cannot log in. */
  readonly inactive?: boolean | undefined
  /** Seed of an active second factor, in Base32. */
  readonly totp_seed?: string | undefined
  /** Places in accounts. */
  readonly memberships?: readonly MembershipSeed[] | undefined
  /** Sessions that go on. */
  readonly sessions?: readonly SessionSeed[] | undefined
}

/** An account that several people share, or that needs an id of its own. */
export interface AccountSeed {
  /** `org_…`; a new one if missing. */
  readonly id?: string | undefined
  /** Its name. */
  readonly name: string
  /** Your own id of the account. */
  readonly reference?: string | undefined
  /** Your own attributes of the account. */
  readonly custom?: { readonly [name: string]: Json } | undefined
  /** Whether it is closed. */
  readonly closed?: boolean | undefined
}

/** An invitation. */
export interface InvitationSeed {
  /** `nvt_…`; a new one if missing. */
  readonly id?: string | undefined
  /** What the invited person shows; a new one if missing. */
  readonly token?: string | undefined
  /** Into the realm, into an account, or to whoever signs up where addresses are verified first. */
  readonly kind: 'request' | 'org' | 'preverify'
  /** Whom. */
  readonly email?: string | undefined
  /** Id or name of the account. */
  readonly account?: string | undefined
  /** Permissions in that account. */
  readonly permissions?: readonly string[] | undefined
  /** Whether the person was told. */
  readonly invited?: boolean | undefined
  /** Epoch seconds; 30 days from now if missing. */
  readonly expires_at?: number | undefined
}

/** A realm, as seed documents describe one. */
export interface RealmSeed {
  /** `rl_…`; a new one if missing. */
  readonly id?: string | undefined
  /** Chooses the realm as host name `<name>.localhost`: letters, digits and hyphens. */
  readonly name: string
  /** Display name, where it is another. */
  readonly display_name?: string | undefined
  /** What it is told to do; what is missing has its default. */
  readonly settings?: SettingsChange | undefined
  /** The secret of HS256 tokens; a new one if missing. */
  readonly shared_secret?: string | undefined
  /** Where hosted pages may send people. */
  readonly login_urls?: readonly string[] | undefined
  /** Host names that choose the realm, beside `<name>.localhost`. */
  readonly domains?: readonly string[] | undefined
  /** Kinds of social login, such as `google`. */
  readonly social_logins?: readonly string[] | undefined
  /** Accounts that several people share, or that need an id of their own. */
  readonly accounts?: readonly AccountSeed[] | undefined
  /** Who is there. */
  readonly people?: readonly PersonSeed[] | undefined
  /** Who is invited. */
  readonly invitations?: readonly InvitationSeed[] | undefined
}

/** A seed document: the first realm is the default one. */
export interface Seed {
  /** The key of the Core API; a new one if missing. */
  readonly api_key?: string | undefined
  /** At least one. */
  readonly realms: readonly RealmSeed[]
}
