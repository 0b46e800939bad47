// Storage adapters of an app's own, good ones and bad ones.

/** Answers at once. */
export function synchronous() {
  return {
    getItem: (key) => localStorage.getItem(`app/${key}`),
    setItem: (key, value) => localStorage.setItem(`app/${key}`, value),
    removeItem: (key) => localStorage.removeItem(`app/${key}`),
  };
}

/** Gives promises, and keeps everything in IndexedDB. */
export function indexedDb() {
  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open('app', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('entries');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const run = async (mode, work) => {
    const request = work((await opened).transaction('entries', mode).objectStore('entries'));
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  };
  return {
    getItem: (key) => run('readonly', (entries) => entries.get(key)),
    setItem: (key, value) => run('readwrite', (entries) => entries.put(value, key)),
    removeItem: (key) => run('readwrite', (entries) => entries.delete(key)),
  };
}

/** Throws, whatever is asked. */
export function broken() {
  const fail = () => {
    throw new Error('the adapter is broken');
  };
  return { getItem: fail, setItem: fail, removeItem: fail };
}

/** Gives promises that are rejected. */
export function rejecting() {
  const fail = () => Promise.reject(new Error('the adapter is broken'));
  return { getItem: fail, setItem: fail, removeItem: fail };
}

/** Gives promises that never settle. */
export function silent() {
  const never = () => new Promise(() => {});
  return { getItem: never, setItem: never, removeItem: never };
}

/** Gives what is no text. */
export function rubbish() {
  return { getItem: () => ({ length: 3 }), setItem: () => 42, removeItem: () => Symbol('nothing') };
}

/** Is no adapter at all after `breakAdapter()`: a proxy that was revoked. */
export function revoked() {
  const { proxy, revoke } = Proxy.revocable(synchronous(), {});
  globalThis.breakAdapter = revoke;
  return proxy;
}

/** Answers nothing until `gate.open()`; then all at once, in the order in which it was asked, and from then on at once. */
export function gated() {
  const waiting = [];
  let isOpen = false;
  globalThis.gate = {
    open() {
      isOpen = true;
      for (const proceed of waiting.splice(0)) proceed();
    },
    close() {
      isOpen = false;
    },
  };
  const { getItem, setItem, removeItem } = synchronous();
  const later =
    (work) =>
    async (...all) => {
      if (!isOpen) await new Promise((resolve) => waiting.push(resolve));
      return work(...all);
    };
  return { getItem: later(getItem), setItem: later(setItem), removeItem: later(removeItem) };
}
