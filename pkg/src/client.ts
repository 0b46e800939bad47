// The client that an app makes: its methods say what is wanted, and give what that came to.

import { failure, type Failure } from './answers'
import { makeEngine } from './engine'
import { LoginRocketError } from './errors'
import type { Fetch } from './fetch'
import { attempt } from './guard'
import { Host } from './host'
import { shown, toJson } from './params'
import * as input from './wire/inputs'
import { Endpoint, ParamsFault, type Plain } from './wire/inputs'

export interface Options {
  url?: string
  timeoutMs?: number
  fetch?: Fetch
}

export interface CallOptions {
  signal?: AbortSignal
  timeoutMs?: number
}

/** A value of the app's as it goes over the wire: what JSON cannot hold is said to be that. */
const plain = (value: unknown): Plain => {
  if (value === undefined || value === null) return null
  const isPlain = typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && isFinite(value))
  return isPlain ? (value as Plain) : {}
}

export const clientOf = (compile: () => WebAssembly.Module) => {
  class LoginRocket {
    readonly #host: Host

    constructor(options: Options = {}) {
      this.#host = new Host(makeEngine(compile), options.fetch)
      const refused = this.#host.open(
        input.options(
          true, [], plain(options.url), true, null, plain(options.timeoutMs), null, null, null, null, null, null, false,
          false, false, false, Math.floor(Math.random() * 2 ** 52),
        ),
      )
      if (refused) {
        const { message, code } = failure(refused.slice(1) as Parameters<typeof failure>[0])
        throw new LoginRocketError(message, code)
      }
    }

    login(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.Login, params, options)
    }

    verifyLogin(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.VerifyLogin, params, options)
    }

    getSession(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.GetSession, params, options)
    }

    logout(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.Logout, params, options)
    }

    forgotPassword(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.ForgotPassword, params, options)
    }

    resetPassword(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.ResetPassword, params, options)
    }

    updatePassword(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.UpdatePassword, params, options)
    }

    updateProfile(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.UpdateProfile, params, options)
    }

    signup(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.Signup, params, options)
    }

    requestInvitation(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.RequestInvitation, params, options)
    }

    verifyEmail(params?: object, options?: CallOptions): Promise<object> {
      return this.#call(Endpoint.VerifyEmail, params, options)
    }

    #call(endpoint: Endpoint, params: unknown, options?: CallOptions): Promise<object> {
      const json = toJson(params)
      const [fault, text] = typeof json === 'string' ? [ParamsFault.None, json] : [json, '{}']
      const signal = options?.signal
      const seen = input.WITH_BODY.includes(endpoint) ? shown(text) : text
      const timeoutMs = plain(options?.timeoutMs)
      const { id, answer } = this.#host.ask(
        (id) => input.call(id, endpoint, fault, true, null, timeoutMs, signal?.aborted === true, seen),
        text,
      )
      if (signal) {
        const cancel = () => this.#host.say(input.cancel(id))
        signal.addEventListener('abort', cancel)
        const done = () => attempt(() => signal.removeEventListener('abort', cancel))
        answer.then(done, done)
      }
      return answer
    }
  }
  return LoginRocket
}

export type { Failure }
