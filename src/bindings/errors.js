// The error classes of the package, and turning a failure into one. Thrown by the Rust side for misuse, exported for
// everyone else.

// The same symbol in every copy of the package, so that two in one page recognise each other's errors.
const brand = Symbol.for('loginrocket.error')

export class LoginRocketError extends Error {
  constructor(message, code) {
    super(message)
    this.code = code
  }
}
export class AccessDenied extends LoginRocketError {}
export class RateLimited extends LoginRocketError {}
export class RecordNotFound extends LoginRocketError {}

// Literal names survive minification, `constructor.name` does not.
const classes = { __proto__: null, LoginRocketError, AccessDenied, RateLimited, RecordNotFound }
for (const name in classes) {
  Object.defineProperty(classes[name].prototype, 'name', { value: name, configurable: true, writable: true })
}
Object.defineProperty(LoginRocketError.prototype, brand, { value: true })

export function isLoginRocketError(value) {
  return typeof value === 'object' && value !== null && value[brand] === true
}

export function unwrap(answer) {
  if (answer.result !== 'error' && answer.retryable === undefined) return answer
  const error = new (classes[answer.source] || LoginRocketError)(answer.message || answer.error, answer.code)
  // These and nothing else: a refusal is the service's own object and may hold anything.
  for (const fact of ['errors', 'serviceErrors', 'retryable', 'status', 'requestId', 'retryAfterSeconds']) {
    if (fact in answer) error[fact] = answer[fact]
  }
  throw error
}
