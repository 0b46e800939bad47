// What wasm-bindgen makes for `emulator/js`, in a function that the build puts around it.

export interface Realms {
  handle(asked: string, body: Uint8Array, now: number, wait: boolean): string
  go_on(number: number, now: number): string
  take_body(): Uint8Array<ArrayBuffer>
  offer_key(pkcs8: Uint8Array): boolean
  make_key(): boolean
  spare_keys(): number
  free(): void
}

export interface Opener {
  open(seed: string | undefined, place: string, entropy: Uint8Array, now: number): Realms
}

/** What is around an instance of the module, which is started with `imports` and then put to use. */
export interface Glue {
  imports: WebAssembly.Imports
  use(instance: WebAssembly.Instance): Opener
}

/** Makes what is around one instance; everything that the glue keeps belongs to it. */
export function glue(decoder: () => TextDecoder, encoder: () => TextEncoder): Glue
