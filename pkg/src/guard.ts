// Guards around what a page, an app or an adapter may make throw. Nothing that it throws may reach another caller.

/** What a reading comes to; if it throws, what is made of that, or undefined. */
export const attempt = <T, U = undefined>(read: () => T, otherwise?: (thrown: unknown) => U): T | U | undefined => {
  try {
    return read()
  } catch (thrown) {
    return otherwise?.(thrown)
  }
}

type Globals = typeof globalThis

/** What the platform has by a name, or a member of it; undefined where it has none, or where a page lets nobody read it. */
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
