// The error classes of the package, and turning a failure into one.

import { bare, type Failure } from './answers'

// The same symbol in every copy of the package, so that two in one page recognise each other's errors.
const brand = Symbol.for('loginrocket.error')

export class LoginRocketError extends Error {
  code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}
export class AccessDenied extends LoginRocketError {}
export class RateLimited extends LoginRocketError {}
export class RecordNotFound extends LoginRocketError {}

const classes: Record<string, typeof LoginRocketError> = {
  // @ts-expect-error A literal's own prototype: no name of `Object.prototype` is a class here.
  __proto__: null,
  LoginRocketError,
  AccessDenied,
  RateLimited,
  RecordNotFound,
}
// Literal names survive minification, `constructor.name` does not.
for (const name in classes) {
  Object.defineProperty(classes[name]!.prototype, 'name', { value: name, configurable: true, writable: true })
}
Object.defineProperty(LoginRocketError.prototype, brand, { value: true })

export function isLoginRocketError(value: unknown): value is LoginRocketError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
}

const FACTS = ['errors', 'serviceErrors', 'retryable', 'status', 'requestId', 'retryAfterSeconds'] as const

/** The answer of a call that succeeded; a failure is thrown. */
export function unwrap<T extends object>(answer: T): T {
  const failure = bare(answer) as Partial<Failure>
  if (failure.result !== 'error' && failure.retryable === undefined) return answer
  const Class = classes[failure.source ?? ''] ?? LoginRocketError
  const error = new Class(failure.message || failure.error || '', failure.code ?? '')
  // These and nothing else: a refusal is the service's own object and may hold anything.
  for (const fact of FACTS) {
    if (fact in failure) (error as unknown as Record<string, unknown>)[fact] = failure[fact]
  }
  throw error
}
