// The scripts of this folder, one section per Web API. One file, because the server of the tests in the browser answers no
// more than a few requests at once and can starve the rest.

// ------------------------------------------------------------------------------------------ task

// What takes time: a promise, which may have a `stop` that ends it early; and promises of what the module does.

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
  let end
  const promise = new Promise((done) => {
    end = quietly(() => start(done))
  })
  promise.stop = () => end?.()
  return promise
}

export const tasks = {
  /** Tells what a task came to, or undefined if it rejects, unless it was stopped. Always in a reaction of a promise. */
  listen: (task, told, key) => {
    const tell = (value) => task.isStopped || told(key, value)
    task.then(tell, () => tell())
  },
  stop: (task) => {
    quietly(() => {
      task.isStopped = true
      task.stop?.()
    })
  },
  /** Lets work go on when whoever runs now is done. */
  soon: (told) => {
    Promise.resolve(0).then(told)
  },
  defer: () => {
    let deferred
    const promise = new Promise((keep, fail) => {
      deferred = { keep, fail }
    })
    deferred.promise = promise
    return deferred
  },
  promise: (deferred) => deferred.promise,
  keep: (deferred, value) => deferred.keep(value),
  fail: (deferred, reason) => deferred.fail(reason),
}

// ------------------------------------------------------------------------------------------ fetch

// `fetch`, to the end of the answer. What comes back may be a real answer, one of another realm, a polyfill's, or nothing
// of the kind: it is known by its members. Whatever a browser throws or rejects with, it says the same: no answer.

// The kinds of `Method`, in their order.
const METHODS = ['GET', 'POST', 'PUT', 'DELETE']

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

/** What the bytes of a body come to: `add` takes a piece and gives what it is already known to be, `end` says what it is. */
const gather = (most) => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  const decoded = (...piece) => {
    try {
      text += decoder.decode(...piece)
    } catch {
      return [NOT_UTF8]
    }
  }
  return {
    add: (piece) => {
      // What is no bytes is nothing that a body can hold.
      if (typeof piece.byteLength !== 'number') return [CUT]
      bytes += piece.byteLength
      return bytes > most ? [TOO_LARGE] : decoded(piece, { stream: true })
    },
    // Decoding fails where the last character is incomplete.
    end: () => decoded() ?? parsed(text),
  }
}

export const http = {
  /** What `send` takes for headers. */
  list: (headers) => quietly(() => Object.fromEntries(headers)),
  /**
   * Sends a request, by `fetch` or what is put in its place. Comes to an answer with its status, unless it is none, its
   * kind of body, and the object in it; rejects without one.
   */
  send: (custom, method, url, list, body, keepalive, most) => {
    let controller
    // Ending what is over would make an exception, with its stack, for nobody.
    let isOver = false
    const exchange = async () => {
      controller = new AbortController()
      const init = {
        method: METHODS[method],
        // For each request its own: whoever sends it may change them, an app's function most easily as `Headers`. Browsers
        // take a plain object sooner.
        headers: custom ? new Headers(list) : { ...list },
        body,
        keepalive,
        // Other methods are never answered by a cache, and a browser that is told so asks for leave before each of them.
        cache: method ? 'default' : 'no-store',
        credentials: 'omit',
        redirect: 'manual',
        referrerPolicy: 'no-referrer',
        signal: controller.signal,
      }
      const answer = await (custom ? custom(url, init) : fetch(url, init))
      const status = quietly(() => answer.status)
      if (typeof status !== 'number') return {}
      let read
      try {
        const { body } = answer
        const { add, end } = gather(most)
        if (body) {
          const reader = body.getReader()
          // Piece by piece, so that an endless answer does not fill the memory before its size is known.
          while (!read) {
            const { done, value } = await reader.read()
            read = done === true ? end() : add(value)
          }
        } else if (body === null) {
          read = [EMPTY]
        } else {
          // Polyfills of `fetch` have no stream.
          read = add(await answer.arrayBuffer()) ?? end()
        }
      } catch {
        // A body that someone has read already is as good as cut.
        read = [CUT]
      }
      const [kind, object] = read
      // What was not read to its end still comes in.
      isOver = kind < NOT_UTF8
      return { answer, status, kind, object }
    }
    const task = exchange()
    task.stop = () => isOver || controller.abort()
    return task
  },
  status: ({ status }) => status,
  isHidden: ({ answer }) => quietly(() => answer.type) === 'opaqueredirect',
  kind: ({ kind }) => kind,
  object: ({ object }) => object,
  header: ({ answer }, name) => {
    const value = quietly(() => answer.headers.get(HEADERS[name]))
    return typeof value === 'string' ? value : undefined
  },
}

// ------------------------------------------------------------------------------------------ record

// `JSON.parse`, and reading members of what it made: data of their own, so that nothing a page did to prototypes is met.

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined)
const list = (object, name) => {
  const member = own(object, name)
  return Array.isArray(member) ? member : []
}

const text = (object, name) => {
  const member = own(object, name)
  return typeof member === 'string' ? member : undefined
}

export const record = {
  /** The object that a text holds; undefined if it holds none. */
  parse: (text) => parsed(text)[1],
  has: (object, name) => own(object, name) !== undefined,
  text,
  head: (object, name) => text(object, name)?.slice(0, 4),
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
  // A page's own timers may know nothing of further arguments.
  start: (told, ms, key) => quietly(() => setTimeout(() => told(key), ms)),
  stop: (handle) => quietly(() => clearTimeout(handle)),
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
  /** Comes to the answer alone, or to nothing and what is thrown. Options are not copied: they may be inherited, or an object's own business. */
  send: ({ input, init, headers, hasRead }, token) => {
    const exchange = async () => {
      if (!headers || !(token || hasRead)) return fetch(input, init)
      if (token) headers.set('authorization', `Bearer ${token}`)
      const request = new Request(input, init)
      // Any option makes `fetch` forget these two of a request (Fetch standard, "Request constructor").
      const { referrer, referrerPolicy } = request
      return fetch(request, { headers, referrer, referrerPolicy })
    }
    return exchange().then((response) => [response], (thrown) => [undefined, thrown])
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
