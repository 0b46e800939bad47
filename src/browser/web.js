// The scripts of this folder, one section per Web API. One file, because the server of the tests in the browser answers no
// more than a few requests at once and can starve the rest.

// ------------------------------------------------------------------------------------------ task

// What takes time: a promise that never rejects, and has a `stop` that ends it early.

/** What a reading comes to; if it throws, what is made of that, or undefined. */
export const quietly = (read, otherwise) => {
  try {
    return read()
  } catch (thrown) {
    return otherwise?.(thrown)
  }
}

/** Starts something that calls `done` with what it came to, and gives what stops it. What throws is never done. */
export const task = (start) => {
  let stop
  const promise = new Promise((done) => {
    const end = quietly(() => start(done))
    stop = () => {
      quietly(() => end?.())
      // Who waits for a promise is kept as long as that is pending; this one is waited for no more.
      done()
    }
  })
  promise.stop = stop
  return promise
}

export const tasks = { stop: (task) => quietly(() => task.stop()) }

// ------------------------------------------------------------------------------------------ fetch

// `fetch`, to the end of the answer. What comes back may be a real answer, one of another realm, a polyfill's, or nothing
// of the kind: it is known by its members. Whatever a browser throws or rejects with, it says the same: no answer.

// The members of `Headers`, in their order.
const HEADERS = ['content-type', 'x-request-id', 'retry-after', 'ratelimit-reset']

// The kinds of `Body`, in their order.
const EMPTY = 0
const OBJECT = 1
const OTHER_JSON = 2
const NOT_JSON = 3
const NOT_UTF8 = 4
const TOO_LARGE = 5
const CUT = 6

/** What a text is as a body: its kind, and the object that it holds. */
export const parsed = (text) => {
  if (!text.trim()) return [EMPTY]
  try {
    const value = JSON.parse(text)
    return value && typeof value === 'object' && !Array.isArray(value) ? [OBJECT, value] : [OTHER_JSON]
  } catch {
    return [NOT_JSON]
  }
}

/** Reads a body to its end, or to where it stops being an answer; whoever made the request ends it then. */
const read = async (answer, most) => {
  try {
    const { body } = answer
    if (body === null) return [EMPTY]
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let text = ''
    let bytes = 0
    const add = (piece) => {
      // What is no bytes is nothing that a body can hold.
      if (typeof piece.byteLength !== 'number') return [CUT]
      bytes += piece.byteLength
      if (bytes > most) return [TOO_LARGE]
      try {
        text += decoder.decode(piece, { stream: true })
      } catch {
        return [NOT_UTF8]
      }
    }
    if (body) {
      const reader = body.getReader()
      // Piece by piece, so that an endless answer does not fill the memory before its size is known.
      for (;;) {
        const { done, value } = await reader.read()
        if (done === true) break
        const broken = add(value)
        if (broken) return broken
      }
    } else {
      // Polyfills of `fetch` have no stream.
      const broken = add(await answer.arrayBuffer())
      if (broken) return broken
    }
    try {
      // Fails where the last character is incomplete.
      decoder.decode()
    } catch {
      return [NOT_UTF8]
    }
    return parsed(text)
  } catch {
    // A body that someone has read already is as good as cut.
    return [CUT]
  }
}

export const http = {
  /**
   * Sends a request, by `fetch` or what is put in its place. Comes to null without an answer, to undefined if what comes
   * is none, and to status, whether it is a hidden redirect, the named headers, kind of body, and the object in it.
   */
  send: (custom, method, url, headers, body, keepalive, most) =>
    task((done) => {
      const controller = new AbortController()
      const init = {
        method,
        headers,
        body,
        keepalive,
        // Other methods are never answered by a cache, and a browser that is told so asks for leave before each of them.
        cache: method === 'GET' ? 'no-store' : 'default',
        credentials: 'omit',
        redirect: 'manual',
        referrerPolicy: 'no-referrer',
        signal: controller.signal,
      }
      // Ending what is over would make an exception, with its stack, for nobody.
      let isOver = false
      const exchange = async () => {
        const answer = await (custom ? custom(url, init) : fetch(url, init))
        const status = quietly(() => answer.status)
        if (typeof status !== 'number') return undefined
        const isHidden = quietly(() => answer.type) === 'opaqueredirect'
        const heads = HEADERS.map((name) => quietly(() => answer.headers.get(name)))
        const body = await read(answer, most)
        // What was not read to its end still comes in.
        isOver = body[0] < NOT_UTF8
        return [status, isHidden, ...heads, ...body]
      }
      exchange().then(done, () => done(null))
      return () => isOver || controller.abort()
    }),
}

// ------------------------------------------------------------------------------------------ record

// `JSON.parse`, and reading members of what it made: data of their own, so that nothing a page did to prototypes is met.

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined)
const list = (object, name) => {
  const member = own(object, name)
  return Array.isArray(member) ? member : []
}

export const record = {
  /** The object that a text holds; undefined if it holds none. */
  parse: (text) => parsed(text)[1],
  has: (object, name) => own(object, name) !== undefined,
  text: (object, name) => {
    const member = own(object, name)
    return typeof member === 'string' ? member : undefined
  },
  texts: (object, name) => list(object, name).filter((item) => typeof item === 'string'),
  number: (object, name) => {
    const member = own(object, name)
    return Number.isSafeInteger(member) && member >= 0 ? member : undefined
  },
  flag: (object, name) => own(object, name) === true,
  records: (object, name) => list(object, name).filter((item) => typeof item === 'object' && item),
}

// ------------------------------------------------------------------------------------------ timer

// `setTimeout` and clocks.

export const timer = {
  sleep: (ms) =>
    task((done) => {
      const handle = setTimeout(done, ms)
      return () => clearTimeout(handle)
    }),
  /** Milliseconds since some start, never going back where the platform has a clock that does not. */
  mono: () => quietly(() => performance.now()) ?? Date.now(),
  now: () => Date.now(),
}

// ------------------------------------------------------------------------------------------ signal

// `AbortSignal`, known by what it can do: it may come from another realm, or be wrapped.

export const signals = {
  is: (value) =>
    !!quietly(() => typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function'),
  /** Comes to an end when the signal is aborted; undefined if it is already. Its reason may be anything. */
  aborted: (signal) =>
    signal.aborted === true
      ? undefined
      : task((done) => {
          signal.addEventListener('abort', done)
          // A signal may live as long as the page.
          return () => signal.removeEventListener('abort', done)
        }),
}

// ------------------------------------------------------------------------------------------ locks

// Web Locks, which need a secure context.

export const locks = {
  exist: () => typeof quietly(() => navigator.locks) === 'object',
  /** Comes to true when the lock is granted, to false if it cannot be had. Stopping gives it back, or waits no longer. */
  request: (name) =>
    task((done) => {
      const waiting = new AbortController()
      let release
      const granted = () => {
        done(true)
        // As long as this is pending, the lock is held.
        return new Promise((resolve) => (release = resolve))
      }
      const request = async () => navigator.locks.request(name, { signal: waiting.signal }, granted)
      request().catch(() => done(false))
      return () => (release ? release() : waiting.abort())
    }),
}

// ------------------------------------------------------------------------------------------ channel

// `BroadcastChannel`. While the page is kept for the back button it is closed: an open one would keep it from being kept.

export const channels = {
  /** Opens a channel that hands on every text; undefined where there are none. */
  open: (name, hear) => {
    let open
    const connect = () =>
      quietly(() => {
        open ??= new BroadcastChannel(name)
        open.onmessage = ({ data }) => typeof data === 'string' && hear(data)
      })
    const disconnect = () => {
      quietly(() => open.close())
      open = undefined
    }
    const all = (method) =>
      quietly(() => {
        globalThis[method]('pagehide', disconnect)
        globalThis[method]('pageshow', connect)
      })
    connect()
    if (!open) return undefined
    all('addEventListener')
    return {
      tell: (text) => quietly(() => open.postMessage(text)),
      stop: () => {
        disconnect()
        all('removeEventListener')
      },
    }
  },
  tell: (channel, text) => channel.tell(text),
}

// ------------------------------------------------------------------------------------------ page

// The page's life: visibility, the network, the back button's cache, changes of a storage area.

// A worker has no document, and works whether anyone looks or not.
const isVisible = () => quietly(() => document.visibilityState) !== 'hidden'

export const page = {
  /** Neither a page nor a worker, which has an address. Some servers define the classes of workers. */
  isServer: () => {
    const { document, WorkerGlobalScope, location } = globalThis
    return document === undefined && (WorkerGlobalScope === undefined || location === undefined)
  },
  isVisible,
  /** Taken for online where the browser does not say. */
  isOnline: () => quietly(() => navigator.onLine) !== false,
  /** Tells of what happens: whether the page is visible, whether there is a network, which entry of the area changed. */
  watch: (area, tell) => {
    const visibility = () => tell(isVisible() ? 1 : 0)
    const watched = [
      [globalThis.document, 'visibilitychange', visibility],
      // Chromium's freezing of tabs; the end of it.
      [globalThis.document, 'resume', visibility],
      [globalThis, 'pageshow', visibility],
      [globalThis, 'offline', () => tell(2)],
      [globalThis, 'online', () => tell(3)],
    ]
    if (area) {
      const stored = ({ storageArea, key }) => storageArea === quietly(() => globalThis[area]) && tell(key)
      watched.push([globalThis, 'storage', stored])
    }
    // Whatever cannot be listened to says nothing, and nothing depends on its word alone.
    const all = (method) => watched.forEach(([target, event, heard]) => quietly(() => target[method](event, heard)))
    all('addEventListener')
    return { stop: () => all('removeEventListener') }
  },
}

// ------------------------------------------------------------------------------------------ storage

// Web Storage, and what an app puts in its place.

// The reasons of `StoreFault`, in their order.
const BLOCKED = 0
const FULL = 1
const FAILED = 2

const fault = (thrown) => {
  const name = quietly(() => thrown.name)
  if (name === 'QuotaExceededError') return FULL
  return name === 'SecurityError' ? BLOCKED : FAILED
}

export const stores = {
  /**
   * Calls a method of an area, or of what an app put in its place, of which a promise is given. It comes to a text, to
   * nothing, or to the number of a fault.
   */
  ask: (place, method, ...entry) => {
    // What is no text is an entry that cannot be read.
    const text = (value) => (method !== 'getItem' || value == null ? null : typeof value === 'string' ? value : '')
    const isArea = typeof place === 'string'
    // Where storage is blocked, already the getter throws.
    const area = isArea ? quietly(() => globalThis[place]) : place
    if (!area) return BLOCKED
    try {
      const answer = area[method](...entry.filter((part) => part !== undefined))
      // What an area says is written when the call returns, not a moment later.
      return isArea ? text(answer) : Promise.resolve(answer).then(text).catch(fault)
    } catch (thrown) {
      return isArea ? fault(thrown) : Promise.resolve(fault(thrown))
    }
  },
}

// ------------------------------------------------------------------------------------------ url

// `URL`, which knows IDNA and the forms of numbers that are no addresses.

export const urls = {
  /** The origin of a whole URL; undefined if it is no such URL, or has no origin. */
  origin: (url) => {
    const origin = quietly(() => new URL(url).origin)
    return origin === 'null' ? undefined : origin
  },
}

// ------------------------------------------------------------------------------------------ errand

// A request of the app's own, in whatever form it gives it to `fetch`.

export const errands = {
  /** Reads the arguments of `fetch`: the address and the headers once, so that what is judged is what is sent. */
  begin: (given, init) => {
    const isRequest = typeof quietly(() => given.clone) === 'function'
    const input = isRequest ? given : (quietly(() => String(given)) ?? given)
    // A request knows the page's base URL.
    const url = quietly(() => (isRequest ? input : new Request(input)).url)
    // They may have been an iterator, which is read now.
    const own = quietly(() => init.headers) ?? quietly(() => input.headers)
    // None where they cannot be read, which `fetch` refuses.
    return { input, init, url, headers: quietly(() => new Headers(own)), hasRead: own !== undefined }
  },
  /** The signal that ends it: an option of the call, else what a `Request` says. */
  signal: ({ input, init }) => {
    const given = quietly(() => init.signal)
    return given === undefined ? quietly(() => input.signal) : given
  },
  origin: ({ url }) => urls.origin(url),
  staysAtHome: ({ url }) => {
    const origin = urls.origin(url)
    return origin !== undefined && origin === quietly(() => location.origin)
  },
  isAuthorized: ({ headers }) => quietly(() => headers.has('authorization')) !== false,
  /** Whether it can be sent twice. */
  isRepeatable: ({ input, init }) => {
    const own = quietly(() => init.body)
    if (own != null) {
      return !quietly(() => typeof own.getReader === 'function' || typeof own[Symbol.asyncIterator] === 'function')
    }
    // What a `Request` holds is gone once it is sent. Some browsers do not show whether it holds anything.
    const body = quietly(() => input.body)
    return body === null || (body === undefined && [undefined, 'GET', 'HEAD'].includes(quietly(() => input.method)))
  },
  /** Options are not copied: they may be inherited, or an object's own business. */
  send: async ({ input, init, headers, hasRead }, token) => {
    if (!headers || !(token || hasRead)) return fetch(input, init)
    if (token) headers.set('authorization', `Bearer ${token}`)
    const request = new Request(input, init)
    // Any option makes `fetch` forget these two of a request (Fetch standard, "Request constructor").
    const { referrer, referrerPolicy } = request
    return fetch(request, { headers, referrer, referrerPolicy })
  },
  isUnauthorized: (response) => quietly(() => response.status) === 401,
  /** Lets go of an answer that nobody will read; where it cannot be cancelled it is read by nobody. */
  discard: (response) => quietly(() => response.body.cancel().catch(() => {})),
}

// ------------------------------------------------------------------------------------------ crypto

// WebCrypto, as far as RS256 needs it. Nothing here throws or rejects.

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

// Missing on plain http, and where a page has hidden it.
const subtle = () => globalThis.crypto?.subtle

export const signatures = {
  canVerify: () => !!subtle(),
  /** A public key from its components, or from its SPKI in base64; undefined if it is none, or too short. */
  importKey: async (n, e, spki) => {
    try {
      const key = await (spki
        ? subtle().importKey('spki', Uint8Array.from(atob(spki), (c) => c.charCodeAt(0)), RS256, false, ['verify'])
        : subtle().importKey('jwk', { kty: 'RSA', n, e }, RS256, false, ['verify']))
      return key.algorithm.modulusLength < 2048 ? undefined : key
    } catch {}
  },
  /** Whether a signature is that of these bytes, both of which are copied before this returns. */
  verify: async (key, signed, signature) => {
    try {
      return await subtle().verify(RS256.name, key, signature, signed)
    } catch {
      return false
    }
  },
}
