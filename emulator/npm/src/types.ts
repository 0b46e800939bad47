// What an emulator is told and tells. Members of documents and answers have the names that they have in seed files and on the
// wire, because that is where one meets them again.

import type { Json, PersonSeed, RealmSeed, Seed, Settings, SettingsChange } from './seed'

export type * from './seed'

/** A person of a realm. */
export interface Person {
  /** `usr_…` */
  readonly id: string
  /** Unique in the realm. */
  readonly email: string | null
  /** A changed e-mail that is not verified yet. */
  readonly email_pending: string | null
  /** Whether `email` is verified. */
  readonly email_verified: boolean
  /** Unique in the realm. */
  readonly username: string | null
  /** First and last name, or what there is of a name. */
  readonly name: string
  /** Preferred language. */
  readonly locale: string | null
  /** Whether a second factor is active. */
  readonly second_factor: boolean
  /** Whether the person cannot log in. */
  readonly inactive: boolean
  /** Open accounts that the person belongs to, oldest first. */
  readonly accounts: readonly { readonly id: string; readonly name: string; readonly permissions: readonly string[] }[]
  /** How many sessions of the person's have not ended. */
  readonly sessions: number
}

/** A session, without its id, which would be the session itself. Times are epoch seconds. */
export interface SessionInfo {
  /** E-mail of the person, or the id. */
  readonly user: string
  /** Epoch seconds. */
  readonly created_at: number
  /** Epoch seconds. */
  readonly expires_at: number
  /** Who made it, as `LR-Agent` or `User-Agent` said. */
  readonly agent: string
}

/** A mail of the inbox, with the link and the one-time token in it. */
export interface Mail {
  /** `mail_…` */
  readonly id: string
  /** The address that it went to. */
  readonly to: string
  /** What it is for. */
  readonly kind: 'password_reset' | 'email_verification' | 'invitation'
  /** In the language of the person. */
  readonly subject: string
  /** All of it. */
  readonly text: string
  /** The link in it. */
  readonly link: string
  /** The one-time token in that link. */
  readonly token: string
  /** Epoch seconds. */
  readonly sent_at: number
}

/** Which requests get another answer, and which. The first rule that fits is used. */
export interface Rule {
  /** Such as `/v2/session`; a `*` at its end stands for anything. */
  readonly path?: string | undefined
  /** Without one every verb but `OPTIONS`. */
  readonly method?: string | undefined
  /** E-mail, username or id of the person that the request is about. */
  readonly user?: string | undefined
  /** For how many requests; without a number until the rule is removed. */
  readonly count?: number | undefined
  /** How many matching requests pass first. */
  readonly skip?: number | undefined
  /** Of the answer, 200 to 599. */
  readonly status?: number | undefined
  /** Headers of the answer. Alone they are added to the realm's own answer. */
  readonly headers?: { readonly [name: string]: string } | undefined
  /** JSON, or a text that is sent as it is. */
  readonly body?: Json | undefined
  /** A page instead of JSON, as from a proxy. */
  readonly html?: boolean | undefined
  /** How late the answer comes, in milliseconds. */
  readonly delay_ms?: number | undefined
  /** Breaks the connection before the first byte. */
  readonly cut?: boolean | undefined
  /** Breaks the connection after that many bytes of the body. */
  readonly truncate?: number | undefined
  /** Never answers. */
  readonly hang?: boolean | undefined
  /** Whether the realm does the work although its answer is replaced or lost. */
  readonly process?: boolean | undefined
  /** Whether the answer lacks the headers that let a page of another origin read it. */
  readonly without_cors?: boolean | undefined
}

/** A request of the log, with everything masked that opens a door. */
export interface LoggedRequest {
  /** Numbers go on; `after` takes one. */
  readonly number: number
  /** Epoch seconds. */
  readonly at: number
  /** Which of the two APIs was asked. */
  readonly api: 'loginrocket' | 'core'
  /** The verb. */
  readonly method: string
  /** Without its query. */
  readonly path: string
  /** Query and body together. */
  readonly params: { readonly [name: string]: unknown }
  /** Of the page that asked. */
  readonly origin: string | null
  /** E-mail of the person that it was about, or the name that was given. */
  readonly user: string | null
  /** Of the answer. */
  readonly status: number
  /** `X-Request-ID` of the answer. */
  readonly request_id: string | null
  /** The rule that shaped the answer. */
  readonly script: string | null
}

/** A realm at one moment, for `restore` of the same version. It holds live sessions: keep it to yourself. */
export interface Snapshot {
  /** Of the emulator that made it. */
  readonly version: string
  /** The records, whose members belong to that version. */
  readonly [member: string]: unknown
}

/** A realm's clock. Tokens, sessions, codes and rate limits follow it. All times are epoch milliseconds, or a `Date`. */
export interface RealmClock {
  /** What it shows. */
  now(): Promise<number>
  /** Stops it, at a time or where it is. */
  freeze(at?: number | Date): Promise<void>
  /** Lets it run on from where it is. */
  resume(): Promise<void>
  /** Sets it; it runs on, or stays stopped. */
  set(at: number | Date): Promise<void>
  /** Turns it on by that many milliseconds; back, if the number is negative. */
  advance(ms: number): Promise<void>
  /** Back to the host's time, running. */
  reset(): Promise<void>
}

/** Sends a request, as the global `fetch` does. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** One realm and everything that only an emulator can do with it. */
export interface EmulatedRealm {
  /** Id of the realm: `rl_…`. */
  readonly id: string
  /** Chooses the realm as host name `<name>.localhost`. */
  readonly name: string
  /** The LoginRocket URL for the SDK and any other HTTP client. No host name has to be resolved for it. */
  readonly url: string
  /** The same by host name, for browsers: the hosted pages and their cookies are there. */
  readonly pagesUrl: string
  /** Sends a request, without a socket if the emulator has none. Give it to the SDK as `fetch`. */
  readonly fetch: Fetch
  /** Adds a person. */
  addPerson(person: PersonSeed): Promise<Person>
  /** Everybody, oldest first. */
  people(): Promise<Person[]>
  /** Sessions that have not ended, of one person (e-mail, username or id) or of all. */
  sessions(user?: string): Promise<SessionInfo[]>
  /** Ends the sessions of one person, or of all. */
  endSessions(user?: string): Promise<void>
  /** Mails, oldest first. A mail is there before the call that caused it is answered. */
  mails(filter?: { readonly to?: string | undefined }): Promise<Mail[]>
  /** Empties the inbox, or throws away what one address has in it. */
  clearMails(filter?: { readonly to?: string | undefined }): Promise<void>
  /** The code that a person's authenticator shows now. */
  totp(user: string | { readonly email: string | null; readonly id: string }): Promise<string>
  /** The clock that the realm lives by. */
  readonly clock: RealmClock
  /** Scripts the answers to the next requests. `remove` takes the rule back. */
  script(rule: Rule): Promise<{ readonly id: string; remove(): Promise<void> }>
  /** Takes all rules back. */
  clearScript(): Promise<void>
  /** What was asked and answered, oldest first. */
  requests(filter?: { readonly after?: number | undefined; readonly path?: string | undefined; readonly user?: string | undefined }): Promise<LoggedRequest[]>
  /** Empties the log. */
  clearRequests(): Promise<void>
  /** The settings, after a change of those that are given. */
  settings(change?: SettingsChange): Promise<Settings>
  /** From now on a new key signs; the older ones are published until they are dropped. Gives the new key's id. */
  rotateKeys(options?: { readonly dropOld?: boolean | undefined }): Promise<string>
  /** People, settings and clock are again as the seed made them. */
  reset(): Promise<void>
  /** The realm as it is now. */
  snapshot(): Promise<Snapshot>
  /** The realm as it was. Its id and its keys stay, and the log is emptied. */
  restore(snapshot: Snapshot): Promise<void>
}

/** A realm beside the default one. */
export interface AddedRealm extends EmulatedRealm, AsyncDisposable {
  /** Drops it and everything in it. */
  remove(): Promise<void>
}

/** An emulator; by itself it stands for its default realm. */
export interface Emulator extends EmulatedRealm {
  /** Root of the Core API for back ends; its calls are below `v2/`. */
  readonly coreUrl: string
  /** The key of the Core API. */
  readonly apiKey: string
  /** Id of the default realm: `AUTHROCKET_REALM`. */
  readonly realm: string
  /** Adds a realm. */
  addRealm(realm: RealmSeed): Promise<AddedRealm>
  /** All realms, the default one first. */
  realms(): Promise<{ readonly id: string; readonly name: string; readonly people: number }[]>
  /** All realms as a seed document. It holds live sessions: keep it to yourself. */
  export(): Promise<Seed>
  /** Puts the realms of a document in the place of those that are there. */
  import(seed: Seed): Promise<void>
}

/** An emulator in this process. */
export interface LocalEmulator extends Emulator, AsyncDisposable {
  /** Answers a request to `url`, to a realm's `url` or to `coreUrl`. */
  handle(request: Request): Promise<Response>
  /** Ends it. Requests after that are refused; a second call does nothing. */
  stop(): Promise<void>
}

/** How an emulator begins. */
export interface EmulatorOptions {
  /** The realms to begin with; otherwise one with one person, `ada@example.com`, whose password is `engine-of-1843`. */
  readonly seed?: Seed | undefined
  /** The key of the Core API; otherwise the seed's, or a new one. Letters, digits, `_` and `-`. */
  readonly apiKey?: string | undefined
  /** Id of the default realm; otherwise the seed's, or a new one. Letters, digits, `_` and `-`. */
  readonly realm?: string | undefined
  /** Fixes everything that is random but the signing keys, so that ids, sessions and tokens are the same in every run. */
  readonly random?: string | number | undefined
  /** The module `realms.wasm`, where it cannot be found by itself: its bytes, where it is, or compiled. */
  readonly module?: BufferSource | WebAssembly.Module | Response | URL | string | undefined
  /** Lets the emulator run on an https page that is not on this machine. Whoever opens that page can be anyone. */
  readonly dangerouslyAllowPublicOrigin?: boolean | undefined
}

/** How a server begins. */
export interface StartOptions extends EmulatorOptions {
  /** Address to bind; `127.0.0.1` unless it says otherwise. */
  readonly host?: string | undefined
  /** Port of the browser API, the hosted pages and the control API: 4400; 0 takes any free one. */
  readonly port?: number | undefined
  /** Port of the Core API: 4401; 0 takes any free one. */
  readonly corePort?: number | undefined
  /** Lets everyone who can reach this machine mint tokens and read the inbox. */
  readonly dangerouslyAllowPublicBind?: boolean | undefined
}
