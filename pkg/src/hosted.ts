// `lr.hosted`: the URLs of the realm's own pages, and leaving for them.

import type { Wait } from './answers'
import { noPage } from './errors'
import { attempt, global } from './guard'
import { optionsFault } from './misspelt'
import type { Host } from './host'
import { member, plain, textOf } from './plain'
import type { OkayResult } from './types/failures'
import type { Hosted } from './types/hosted'
import * as input from './wire/inputs'
import type { OptionsFault, Plain } from './wire/inputs'

/** An absolute URL as it was given. `{}` stands for a text that the platform cannot parse as one. */
const redirectUri = (value: unknown): Plain => {
  const url = textOf(value)
  return url === undefined ? plain(value) : attempt(() => new URL(url)) ? url : {}
}

type Visit = [fault: OptionsFault, page: Plain, account: Plain, prompt: Plain, invitation: Plain, force: Plain, redirectUri: Plain, session: Plain]

const NAMES = ['redirectUri', 'account', 'prompt', 'invitation', 'force', 'session']

/** The options of a hosted page as the engine takes them. `account` may be an argument of its own. */
const visit = (page: unknown, options: unknown, account = member(options, 'account')): [asked: Visit, wait: Wait] => {
  const [fault, hint] = optionsFault(options, NAMES)
  const asked: Visit = [
    fault,
    plain(page),
    plain(account),
    plain(member(options, 'prompt')),
    plain(member(options, 'invitation')),
    plain(member(options, 'force')),
    redirectUri(member(options, 'redirectUri')),
    plain(member(options, 'session')),
  ]
  return [asked, { hint }]
}

export const hostedOf = (host: Host): Hosted => {
  const url = ([asked, wait]: [Visit, Wait]) => host.query((id) => input.hostedUrl(id, ...asked), wait) as string
  return Object.freeze<Hosted>({
    loginUrl: (options) => url(visit('login', options)),
    signupUrl: (options) => url(visit('signup', options)),
    profileUrl: (options) => url(visit('profile', options)),
    accountsUrl: (options) => url(visit('accounts', options)),
    accountUrl: (account, options) => url(visit('account', options, account)),
    logoutUrl: (options) => url(visit('logout', options)),
    open: (page, ...[options]) =>
      host.ask<OkayResult>(() => {
        // A worker has a `location`, but cannot leave it.
        if (host.settings.isServer || typeof global('location', 'assign') !== 'function') throw noPage()
        const [asked, wait] = visit(page, options)
        return [(id) => input.openHosted(id, ...asked), wait]
      }),
  })
}
