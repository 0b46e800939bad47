// The demo's beginning: what it needs to start, and which view answers which address. Views live in views/, the parts
// they share beside this file.

import { follow } from './outcome.js'
import { Page } from './page.js'
import { Session } from './session.js'
import { CannotStart, loadPackage, loadSettings } from './settings.js'
import { message } from './views/message.js'
import { showHome } from './views/home.js'
import { showSignUp } from './views/sign-up.js'
import { showForgotPassword } from './views/forgot-password.js'
import { showResetPassword } from './views/reset-password.js'
import { showVerifyEmail } from './views/verify-email.js'

// `keeps` lets what came with the address survive a reload. An invitation lost on the way would make another account
// than the one that was offered, without a word; a link for a new password can be opened again.
const ROUTES = {
  '/': { show: showHome },
  '/signup': { show: showSignUp, keeps: true },
  '/forgot': { show: showForgotPassword },
  '/reset': { show: showResetPassword },
  '/verify-email': { show: showVerifyEmail },
}

/** What every view works with. */
class App {
  constructor(page, lr, settings) {
    this.page = page
    this.lr = lr
    this.settings = settings
    this.session = new Session(lr)
    /** What the person typed last to say who they are; kept until they are signed in. */
    this.identifier = ''
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
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : ROUTES['/']
    const query = given === '' && route.keeps ? (history.state?.query ?? '') : given
    // One-time tokens of mails do not stay in the address bar or the history.
    if (given !== '') history.replaceState(route.keeps ? { query } : null, '', `#${path}`)
    route.show(this, new URLSearchParams(query))
  }

  /** Makes links to the beginning work at the beginning too, where the browser sees nothing to do. */
  followLinksHome() {
    document.addEventListener('click', (event) => {
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey
      if (elsewhere || location.hash !== '#/' || event.target.closest('a[href="#/"]') === null) return
      event.preventDefault()
      this.open('/')
    })
  }
}

async function start() {
  const page = new Page()
  try {
    const [settings, { LoginRocket }] = await Promise.all([loadSettings(location), loadPackage()])
    const lr = new LoginRocket({ url: settings.loginrocket, timeoutMs: settings.timeoutMs })
    page.describe({ url: settings.loginrocket, version: LoginRocket.VERSION, inbox: settings.inbox })
    const app = new App(page, lr, settings)
    addEventListener('hashchange', () => app.route())
    app.followLinksHome()
    app.route()
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
