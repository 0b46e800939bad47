// The client that an app makes: its methods say what is wanted, and give what that came to.

import { failure, type Failure } from './answers'
import { makeEngine } from './engine'
import { LoginRocketError } from './errors'
import { attempt } from './guard'
import { Host } from './host'
import { readCall, readOptions, type CallOptions, type Options } from './options'
import { shown, toJson } from './params'
import * as input from './wire/inputs'
import { Endpoint, ParamsFault } from './wire/inputs'

export const clientOf = (compile: () => WebAssembly.Module) => {
  class LoginRocket {
    readonly #host: Host

    constructor(options?: Options) {
      const { list, fetch } = readOptions(options)
      this.#host = new Host(makeEngine(compile), fetch)
      const refused = this.#host.open(list)
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
      const seen = input.WITH_BODY.includes(endpoint) ? shown(text) : text
      const { items, signal } = readCall(options)
      const { id, answer } = this.#host.ask((id) => input.call(id, endpoint, fault, ...items, seen), text)
      if (signal) {
        const cancel = () => this.#host.say(input.cancel(id))
        attempt(() => signal.addEventListener('abort', cancel))
        const done = () => attempt(() => signal.removeEventListener('abort', cancel))
        answer.then(done, done)
      }
      return answer
    }
  }
  return LoginRocket
}

export type { CallOptions, Failure, Options }
