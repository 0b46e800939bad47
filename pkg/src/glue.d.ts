// What wasm-bindgen makes for `src/bindings.rs`, in a function that the build puts around it.

export interface Engine {
  /** Opens it with a list of options; gives the effects to be performed first. */
  open(monoMs: number, wall: number, options: string): string
  /** Takes an input in; gives the effects to be performed. */
  handle(monoMs: number, wall: number, list: string, beside?: string): string
  free(): void
}

/** Makes an instance of the module; everything that the glue keeps belongs to it. */
export function instantiate(module: WebAssembly.Module): new () => Engine
