// The demo's beginning: what it needs to start, and which view answers which address. Views live in views/, the parts of
// the signed-in ones in panels/, what they share beside this file.

import { Emulator } from './emulator.js'
import { isFailure } from './failure.js'
import { describeReturn } from './hosted.js'
import { followLinksHome } from './links.js'
import { follow } from './outcome.js'
import { Page } from './page.js'
import { Pulse } from './pulse.js'
import { CannotStart, loadPackage, loadSettings } from './settings.js'
import { offerStorage } from './storage.js'
import { describeTurn, keyOf } from './turn.js'
import { showAnotherUser } from './views/another-user.js'
import { message } from './views/message.js'
import { showHome } from './views/home.js'
import { showRedirectFailure } from './views/redirect-failure.js'
import { showSignUp } from './views/sign-up.js'
import { showForgotPassword } from './views/forgot-password.js'
import { showResetPassword } from './views/reset-password.js'
import { showVerifyEmail } from './views/verify-email.js'

// `keeps` lets what came with the address survive a reload. An invitation lost on the way would make another account
// than the one that was offered, without a word; a link for a new password can be opened again.
// `turns` with the session: another view belongs there when somebody signs in or out, wherever that happens.
const ROUTES = {
  '/': { show: showHome, turns: true },
  '/signup': { show: showSignUp, keeps: true, turns: true },
  '/forgot': { show: showForgotPassword },
  '/reset': { show: showResetPassword },
  '/verify-email': { show: showVerifyEmail },
}

/** What every view works with. */
class App {
  /** The session as it was when the present view was chosen. */
  #seen
  /** The same, but for the time in which nothing is known. */
  #known
  /** Of the form whose call is under way. */
  #signal = null

  constructor(page, lr, settings) {
    this.page = page
    this.lr = lr
    this.session = lr.session
    this.pulse = new Pulse(lr.session)
    this.settings = settings
    this.emulator = new Emulator(settings.inbox)
    /** What the person typed last to say who they are; kept until they are signed in. */
    this.identifier = ''
    /** Where the mail to a new person went, as long as this page knows. */
    this.mailedTo = ''
  }

  /** Begins, with what became of the token that a hosted page sent along, if one did. */
  start(landed) {
    addEventListener('hashchange', () => this.route())
    followLinksHome(() => this.open('/'))
    // Before any view does: what it shows may not be there any more.
    this.#see()
    this.session.subscribe(() => this.#turn())
    if (landed.code === 'another_user') return showAnotherUser(this, landed)
    if (isFailure(landed)) return showRedirectFailure(this, landed)
    this.route()
    const notice = describeReturn(landed)
    if (notice !== undefined) this.page.notify(notice)
  }

  /** Goes to an address without leaving the present one in the history: the back button never returns to a sent form. */
  open(path, notice) {
    history.replaceState(null, '', `#${path}`)
    this.route()
    if (notice !== undefined) this.page.notify(notice)
  }

  /** Goes on from a login-like answer that is not a failure. */
  follow(answer, context = {}) {
    follow(this, answer, context)
  }

  /** Shows what the address bar says. */
  route() {
    const [path, given = ''] = location.hash.slice(1).split('?', 2)
    const route = routeOf(path)
    const query = given === '' && route.keeps ? (history.state?.query ?? '') : given
    // One-time tokens of mails do not stay in the address bar or the history.
    if (given !== '') history.replaceState(route.keeps ? { query } : null, '', `#${path}`)
    this.#see()
    route.show(this, new URLSearchParams(query))
  }

  /**
   * Runs what a form does: its call, and what follows from the answer. The call changes the session before it is answered,
   * and that is no news to a form that goes on by itself; unless the person has left it, whose `signal` says so.
   */
  async run(signal, work) {
    this.#signal = signal
    try {
      await work()
    } finally {
      if (this.#signal === signal) this.#signal = null
      this.#turn()
    }
  }

  /** Shows another view if the session has become another one: in this tab, in a second one, or at the service. */
  #turn() {
    const isAtWork = this.#signal !== null && !this.#signal.aborted
    const { snapshot } = this.session
    if (isAtWork || !routeOf(location.hash.slice(1)).turns || keyOf(snapshot) === keyOf(this.#seen)) return
    const notice = describeTurn(this.#known, snapshot)
    this.route()
    if (notice !== undefined) this.page.notify(notice)
  }

  #see() {
    this.#seen = this.session.snapshot
    if (this.#seen.state !== 'loading') this.#known = this.#seen
  }
}

function routeOf(path) {
  return Object.hasOwn(ROUTES, path) ? ROUTES[path] : ROUTES['/']
}

async function start() {
  const page = new Page()
  try {
    const [settings, { LoginRocket }] = await Promise.all([loadSettings(location), loadPackage()])
    const { loginrocket: url, timeoutMs, storage } = settings
    // A reload costs neither the code that is due nor, while the service is down, the person's name.
    const lr = new LoginRocket({ url, timeoutMs, storage, keepChallenge: true, keepProfile: true })
    page.describe({ url, version: LoginRocket.VERSION, inbox: settings.inbox })
    offerStorage(storage)
    // On every load, before anything else is made of the address. Without a token it does nothing.
    const landed = await lr.session.adoptRedirect()
    new App(page, lr, settings).start(landed)
  } catch (error) {
    message(page, {
      title: error instanceof CannotStart ? error.message : 'The demo cannot start',
      text: error instanceof CannotStart ? error.advice : error.message,
      fine: error.code ?? error.cause?.message ?? '',
      action: { text: 'Try again', href: null },
    })
  }
}

start()
