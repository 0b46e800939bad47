// What takes time: a promise that never rejects, and has a `stop` that ends it early.

/** What a reading comes to; undefined if it throws. */
export const quietly = (read) => {
  try {
    return read()
  } catch {}
}

/** Starts something that calls `done` with what it came to, and gives what stops it. What throws is never done. */
export const task = (start) => {
  let stop
  const promise = new Promise((done) => {
    stop = quietly(() => start(done))
  })
  promise.stop = stop
  return promise
}

export const tasks = { stop: (task) => quietly(() => task.stop()) }
