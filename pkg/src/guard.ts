// Guards around everything that a page, an app or an adapter can make throw. What it throws must not reach another caller.

/** Returns what `read` returns. If it throws, returns what `otherwise` makes of the exception, or undefined. */
export const attempt = <T, U = undefined>(read: () => T, otherwise?: (thrown: unknown) => U): T | U | undefined => {
  try {
    return read()
  } catch (thrown) {
    return otherwise?.(thrown)
  }
}

type Globals = typeof globalThis

/** A global of the platform, or a member of it. Undefined if it is missing, or if reading it throws. */
export function global<Name extends keyof Globals>(name: Name): Globals[Name] | undefined
export function global<Name extends keyof Globals, Member extends keyof Globals[Name]>(
  name: Name,
  member: Member,
): Globals[Name][Member] | undefined
export function global(name: string, member?: string): unknown {
  return attempt(() => {
    const found = (globalThis as unknown as Record<string, Record<string, unknown> | undefined>)[name]
    return member === undefined ? found : found?.[member]
  })
}
