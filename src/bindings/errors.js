// The error classes of the package. The names are literals, so that they survive minification: contract §6.4, point 1.

export class LoginRocketError extends Error {
  constructor(message, code = 'login_rocket_error') {
    super(message)
    this.code = code
  }
}
export class AccessDenied extends LoginRocketError {}
export class RateLimited extends LoginRocketError {}
export class RecordNotFound extends LoginRocketError {}

const names = { LoginRocketError, AccessDenied, RateLimited, RecordNotFound }
for (const name in names) Object.defineProperty(names[name].prototype, 'name', { value: name, configurable: true, writable: true })
