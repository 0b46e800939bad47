// Objects of the platform's as the public types name them: by what is needed of them, so that an app without the DOM's types can
// be compiled, and by the platform's own type where the app's TypeScript knows it.

/** The platform's own type of a class, where there is one. */
type Known<Name extends string, Otherwise> =
  typeof globalThis extends Record<Name, { readonly prototype: infer Type }> ? Type : Otherwise

/** A `URL`, a `Location`, or a link: whatever has an address. */
export interface UrlLike {
  /** The whole address. */
  readonly href: string
}

/** An `AbortSignal`. */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean
  /** Listens to its end. */
  addEventListener(type: 'abort', listener: () => void): unknown
  /** Listens no more. */
  removeEventListener(type: 'abort', listener: () => void): unknown
}

/** A `FormData`, a `URLSearchParams`, or a `Map`: parameters as entries. */
export interface FormEntries {
  /** Calls a function for every entry. */
  forEach(callback: (value: unknown, name: unknown) => void): void
  /** The value of that name. */
  get(name: string): unknown
  /** Whether there is one. */
  has(name: string): boolean
}

/** The global `fetch`. */
export type GlobalFetch = typeof globalThis extends { fetch: infer Fetch extends (...given: never) => unknown }
  ? Fetch
  : (input: unknown, init?: unknown) => Promise<unknown>

/** What the global `fetch` takes beside an address: a `RequestInit`. */
export type FetchInit = typeof globalThis extends { fetch: (input: never, init?: infer Init) => unknown }
  ? NonNullable<Init>
  : Record<string, unknown>

/** A `Response`. */
export type FetchResponse = Known<'Response', Record<string, unknown>>

/** A `WebAssembly.Module`. */
export type WasmModule = typeof globalThis extends {
  WebAssembly: { Module: { readonly prototype: infer Module } }
}
  ? Module
  : Record<string, unknown>
