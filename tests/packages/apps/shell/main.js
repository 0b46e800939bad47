// A page of an app in a shell, which has it from a scheme of its own or from a file. What it is to do is in the fragment of its
// address, what came of it in its title: a shell sees both.

/** Waits until the session is in a state. */
const until = (lr, state) =>
  new Promise((resolve) => {
    const stop = lr.session.subscribe((snapshot) => {
      if (snapshot.state !== state) return
      resolve(snapshot)
      setTimeout(() => stop())
    })
  })

const steps = {
  /** A person signs in; the token is verified, sent to the app's own API and to nobody else, and the session lasts. */
  async signIn(lr, { person, api, redirectUri }) {
    const { next, code, message } = await lr.login(person)
    const { token } = await lr.session.token()
    const verified = await lr.verifyToken(token)
    const notified = await (await lr.session.fetch(api)).text()
    const own = await lr.session.fetch(new URL('who', location.href).href).then((answer) => answer.text(), String)
    return {
      origin: location.origin,
      isSecure: isSecureContext,
      next: next ?? `${code}: ${message}`,
      name: verified.user?.name ?? verified.code,
      notified,
      own,
      storage: lr.session.explain().storage,
      stored: /kss_/.test(JSON.stringify({ ...localStorage })),
      hosted: lr.hosted.loginUrl({ redirectUri }),
    }
  },

  /** Another tab finds the session, comes back from a deep link, and signs out everywhere. */
  async signOut(lr, { link }) {
    const { user } = await until(lr, 'signed_in')
    const { adopted, code } = await lr.session.adoptRedirect(link)
    const { result } = await lr.session.signOut()
    return { name: user?.name, adopted: adopted ?? code, result, stored: /kss_/.test(JSON.stringify({ ...localStorage })) }
  },
}

globalThis.perform = async (name, given) => {
  const lr = new LoginRocket({ url: given.url, storage: 'local', tokenOrigins: [new URL(given.api).origin] })
  const told = await steps[name](lr, given)
  // Who stays hears of what another one does.
  if (name === 'signIn') until(lr, 'signed_out').then(({ signOutReason }) => (document.title = JSON.stringify({ signOutReason })))
  return told
}

if (location.hash) {
  const { step, ...given } = JSON.parse(decodeURIComponent(location.hash.slice(1)))
  perform(step, given).then(
    (told) => (document.title = JSON.stringify(told)),
    (error) => (document.title = JSON.stringify({ thrown: String(error) })),
  )
}
