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
