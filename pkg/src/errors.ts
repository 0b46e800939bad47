// The error classes, how a failure becomes an error, and the errors that the host itself makes.

import type { FailureObject } from './answers'
import { attempt } from './guard'
import { bare } from './members'
import type { ErrorCode, FailureSource } from './types/failures'

// The same symbol in every copy of the package, so that two in one page recognise each other's errors.
const brand = Symbol.for('loginrocket.error')

/**
 * Thrown for misuse by the constructor, by properties, by {@link Session.subscribe} and by the URL functions of {@link Hosted}, and
 * for failures by {@link unwrap}, {@link Session.fetch} and `init`.
 */
export class LoginRocketError extends Error {
  /** The official client's class for it. */
  declare readonly name: FailureSource
  /** What went wrong. */
  readonly code: ErrorCode
  /** Sentences for the person. An error for misuse may lack this and all members that follow. */
  declare readonly errors?: readonly string[]
  /** The service's own messages, if its answer had any. */
  declare readonly serviceErrors?: readonly string[]
  /** True if the same call, unchanged, can succeed later and does no harm if it was done already. */
  declare readonly retryable?: boolean
  /** The HTTP status, if there was an answer. */
  declare readonly status?: number
  /** The service's `X-Request-ID`, if the page may read it. */
  declare readonly requestId?: string
  /** How long the service asks to wait before the next try, in seconds. */
  declare readonly retryAfterSeconds?: number

  constructor(message: string, code: ErrorCode) {
    super(message)
    this.code = code
  }
}

/** The class of `code: 'access_denied'`. */
export class AccessDenied extends LoginRocketError {}

/** The class of `code: 'rate_limited'`. */
export class RateLimited extends LoginRocketError {}

/** The class of `code: 'not_found'`. */
export class RecordNotFound extends LoginRocketError {}

const classes: Record<string, typeof LoginRocketError> = {
  // @ts-expect-error This sets the literal's prototype, so that no name of `Object.prototype` is a class here.
  __proto__: null,
  LoginRocketError,
  AccessDenied,
  RateLimited,
  RecordNotFound,
}
// Literal names survive minification, `constructor.name` does not.
for (const name in classes) {
  Object.defineProperty(classes[name]!.prototype, 'name', bare({ value: name, configurable: true, writable: true }))
}
Object.defineProperty(LoginRocketError.prototype, brand, bare({ value: true }))

/** Whether a value is a {@link LoginRocketError}, of this copy of the package or of another in the same page. */
export function isLoginRocketError(value: unknown): value is LoginRocketError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
}

const FACTS = ['errors', 'serviceErrors', 'retryable', 'status', 'requestId', 'retryAfterSeconds'] as const

/** A failure as an error. */
export const errorOf = (failed: object): LoginRocketError => {
  const failure = bare(failed) as Partial<FailureObject>
  const Class = classes[failure.source ?? ''] ?? LoginRocketError
  const error = new Class(failure.message || failure.error || '', failure.code as ErrorCode)
  // Only these members are copied: a refusal is the service's own object and may hold anything.
  for (const fact of FACTS) {
    if (fact in failure) (error as unknown as Record<string, unknown>)[fact] = failure[fact]
  }
  return error
}

/** Whether an answer is a failure. */
export const isFailure = (answer: object): boolean => {
  const { result, retryable } = bare(answer)
  return result === 'error' || retryable !== undefined
}

/** An error that the host makes, with its cause. */
const moduleError = (code: ErrorCode, message: string, cause?: unknown): LoginRocketError => {
  const error = new LoginRocketError(message, code)
  if (cause !== undefined) error.cause = cause
  return error
}

export const missing = (name: string) =>
  moduleError(
    'unsupported_browser',
    `there is no ${name} here: use a newer browser or runtime${name === 'fetch' ? ', or give one as the option `fetch`' : ''}`,
  )

export const notAClient = () =>
  moduleError(
    'invalid_option',
    'this is no client but a copy or a proxy of one: call the client itself, and keep it out of what is cloned or made reactive',
  )

/** The error where there is no page that could be left for another one. */
export const noPage = () =>
  moduleError(
    'unsupported_browser',
    'there is no page here to leave for another one: answer with a redirect to lr.hosted.loginUrl() or its siblings',
  )

export const languageChanged = () =>
  moduleError(
    'unsupported_browser',
    'a script of this page has changed functions of the language, so that options cannot be read: look for an old library or polyfill',
  )

export const notInitialized = () =>
  moduleError(
    'not_initialized',
    "the module is not there yet: call `await init()`, from 'loginrocket-wasm/external', before making a client",
  )

/**
 * Why a module could not be started. Browsers report a lack of memory in errors of many classes, so it is recognised by the text. A
 * module that they cannot read is recognised by the class of the error.
 */
const notStartable = (cause: unknown) => {
  const said = attempt(() => `${cause as Error}`) ?? ''
  if (/main thread/.test(said)) {
    return moduleError(
      'unsupported_browser',
      "this browser starts so large a module only asynchronously: await init() of 'loginrocket-wasm/external' before making a client, or use a newer browser",
      cause,
    )
  }
  if (/memory/i.test(said)) {
    return moduleError(
      'out_of_memory',
      'there is no memory for another module: too many frames or pages of this process have one of their own; close some, or share a client',
      cause,
    )
  }
  return /^(Compile|Link)Error/.test(said)
    ? moduleError('unsupported_browser', 'this browser knows only an older WebAssembly: use a newer browser', cause)
    : moduleError('internal_error', `the module did not start: ${said}`, cause)
}

export const notLoaded = (cause: unknown) =>
  moduleError(
    'wasm_not_loaded',
    'init() got no module of this version: see `cause`, and check that the url it was given, or the one beside this file, leads to loginrocket.wasm itself',
    cause,
  )

/** Starts the smallest possible module. Throws if a policy forbids that. WebKit compiles it even then, and only refuses to start it. */
const startNothing = () =>
  new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)))

/** The error for a module that was not started. Each browser words a refusal by policy differently, so an empty module is tried. */
export const notStarted = (cause: unknown, otherwise = notStartable): LoginRocketError => {
  try {
    startNothing()
  } catch {
    return moduleError(
      'wasm_blocked',
      typeof WebAssembly === 'object'
        ? "nothing may be compiled here: a page's Content-Security-Policy needs 'wasm-unsafe-eval' in its script-src; a worker on a server gives the module that was compiled with it to init() of 'loginrocket-wasm/external'"
        : 'there is no WebAssembly here: React Native (Hermes) and browsers in lockdown mode have none; show the sign-in in a browser or a WebView',
      cause,
    )
  }
  return otherwise(cause)
}

/** The error of a call that the module dropped when it failed. */
export const internalError = () =>
  moduleError(
    'internal_error',
    'the client failed, and starts anew with its next call; whether the service did this one is unknown: please report it',
  )
