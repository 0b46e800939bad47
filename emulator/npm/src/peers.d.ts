// What is used of packages that are the user's own to install, where their types are not needed by anybody.

declare module 'vitest' {
  export const afterAll: (work: () => unknown) => void
  export const beforeAll: (work: () => unknown) => void
  export const beforeEach: (work: () => unknown) => void
}

declare module 'loginrocket-emulator' {
  export const connectEmulator: typeof import('./index').connectEmulator
  export const createEmulator: typeof import('./index').createEmulator
  export const startEmulator: typeof import('./index').startEmulator
}

declare module 'msw' {
  export class HttpHandler {
    private readonly brand: never
  }
  type Resolver = (info: { readonly request: Request }) => Promise<Response>
  export const http: { all(path: string, resolver: Resolver): HttpHandler }
  export const HttpResponse: { error(): Response }
}
