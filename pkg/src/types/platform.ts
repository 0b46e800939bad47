// Types of platform objects in the public API. Each lists only the members that are needed, so that an app without the DOM types
// compiles. If the app's TypeScript knows the platform's own type, that type is used instead.

/** The type of a platform class, if the app's TypeScript knows the class. */
type Known<Name extends string, Otherwise> =
  typeof globalThis extends Record<Name, { readonly prototype: infer Type }> ? Type : Otherwise

/** A `URL`, a `Location`, or a link element: any object that has an address. */
export interface UrlLike {
  /** The whole address. */
  readonly href: string
}

/** An `AbortSignal`. */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean
  /** Adds a listener for the abort. */
  addEventListener(type: 'abort', listener: () => void): unknown
  /** Removes such a listener. */
  removeEventListener(type: 'abort', listener: () => void): unknown
}

/** A `FormData`, a `URLSearchParams`, or a `Map`: parameters as entries. */
export interface FormEntries {
  /** Calls a function for every entry. */
  forEach(callback: (value: unknown, name: unknown) => void): void
  /** The value of that name. */
  get(name: string): unknown
  /** Whether there is a value of that name. */
  has(name: string): boolean
}

/** The global `fetch`. */
export type GlobalFetch = typeof globalThis extends { fetch: infer Fetch extends (...given: never) => unknown }
  ? Fetch
  : (input: unknown, init?: unknown) => Promise<unknown>

/** The second argument of the global `fetch`: a `RequestInit`. */
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
