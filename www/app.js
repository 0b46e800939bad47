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

// `guest` marks what makes sense to people only who are not signed in.
const ROUTES = {
  '/': { show: showHome },
  '/signup': { show: showSignUp, guest: true },
  '/forgot': { show: showForgotPassword, guest: true },
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
    const [path, query = ''] = location.hash.slice(1).split('?', 2)
    const params = new URLSearchParams(query)
    // One-time tokens of mails do not stay in the address bar or the history.
    if (query !== '') history.replaceState(null, '', `#${path}`)

    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : ROUTES['/']
    if (route.guest && this.session.open) this.open('/')
    else route.show(this, params)
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
    app.route()
  } catch (error) {
    message(page, {
      title: error instanceof CannotStart ? error.message : 'The demo cannot start',
      text: error instanceof CannotStart ? error.advice : error.message,
      fine: error.code ?? error.cause?.message ?? '',
      action: { text: 'Try again', href: '' },
    })
  }
}

start()
