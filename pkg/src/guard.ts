// Guards around what a page, an app or an adapter may make throw. Nothing that it throws may reach another caller.

/** What a reading comes to; if it throws, what is made of that, or undefined. */
export const attempt = <T, U = undefined>(read: () => T, otherwise?: (thrown: unknown) => U): T | U | undefined => {
  try {
    return read()
  } catch (thrown) {
    return otherwise?.(thrown)
  }
}
