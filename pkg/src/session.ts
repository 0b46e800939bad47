// `lr.session`: methods that need no `this`, over the host.

import { toApp, type Wait } from './answers'
import type { Waiter } from './effects'
import { errorOf, internalError, LoginRocketError } from './errors'
import { INERT } from './explanation'
import { attempt, global } from './guard'
import type { Host } from './host'
import { readCall } from './options'
import { address } from './page'
import { bare } from './members'
import { optionsFault } from './misspelt'
import { member, plain, textOf, UNREADABLE } from './plain'
import { authorizedFetch } from './request'
import type { OkayResult } from './types/failures'
import type { AdoptResult, Explanation, Session, TokenResult } from './types/session'
import type { Answer } from './wire/effects'
import * as input from './wire/inputs'
import { Want, type Plain } from './wire/inputs'

/** The error that `fetch` rejects with. If a signal ended the call, it is the signal's own reason. */
const thrown = (answer: Answer, wait: Wait, signal: AbortSignal | undefined): unknown => {
  const error = errorOf(toApp(answer, wait) as object)
  if (error.code !== 'aborted') return error
  // Older browsers give no reason. There is none either if a change of the session ended the call.
  const reason = attempt(() => signal?.reason as unknown)
  return reason === undefined ? new DOMException('the session or the signal ended it', 'AbortError') : reason
}

export const sessionOf = (host: Host): Session => {
  const want = (want: Want, detail: () => Plain, options: unknown, others?: string[]): Promise<TokenResult> =>
    host.ask(() => {
      const { items, signal, hint } = readCall(options, others)
      const of = detail()
      return [(id) => input.want(id, want, of, ...items), { hint }, signal]
    })
  const live = {
    get snapshot() {
      return host.snapshot
    },
  }
  // The functions are own members, the snapshot is inherited. So a copy has the functions, but no snapshot that would grow old.
  const functions: Omit<Session, 'snapshot'> = {
    subscribe(listener) {
      if (typeof listener !== 'function') throw new LoginRocketError('pass subscribe a function', 'invalid_params')
      // On a server the session never changes, and code that renders there does not unsubscribe. So no listener is kept there.
      return host.listeners.add(listener, !host.settings.isServer)
    },
    token: (options) => want(Want.Token, () => plain(member(options, 'minValiditySeconds')), options, ['minValiditySeconds']),
    refresh: (options) => want(Want.Refresh, () => null, options),
    switchAccount: (account, options) => want(Want.Account, () => plain(account), options),
    fetch: (given, init) =>
      new Promise((resolve, reject) => {
        const request = authorizedFetch(given, init)
        const settle = (answer: Answer) => reject(thrown(answer, waiter, request.signal) as Error)
        const release = (sent: Promise<Response> | undefined) => (sent ? resolve(sent) : reject(internalError()))
        const waiter = bare({ request, settle, fail: reject, release }) as unknown as Waiter
        host.begin((id) => input.authorize(id, ...request.items), waiter, request.signal)
      }),
    signOut: () => host.ask<OkayResult>(() => [input.signOut]),
    adoptRedirect: (place, options) =>
      host.ask<AdoptResult>(() => {
        const isLocation = place === undefined || place === null || place === global('location')
        const url = isLocation ? address() : textOf(place)
        const switchUser = member(options, 'switchUser')
        if (switchUser === UNREADABLE) throw new LoginRocketError('switchUser cannot be read: its getter throws', 'invalid_option')
        const [fault, hint] = optionsFault(options, ['switchUser', 'leewaySeconds'])
        const leeway = plain(member(options, 'leewaySeconds'))
        return [(id) => input.adopt(id, isLocation, switchUser === true, fault, leeway, url), { hint }]
      }),
    explain() {
      const explained = (host.explanation ?? { ...INERT, disposed: host.isDisposed }) as Explanation
      const storage = { ...explained.storage, kind: host.settings.storageKind } as Explanation['storage']
      return { ...explained, version: VERSION, storage, listeners: host.listeners.size }
    },
    dispose: () => host.dispose(),
  }
  return Object.freeze(Object.assign(Object.create(Object.freeze(live)) as typeof live, functions))
}
