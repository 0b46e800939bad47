// The one class of errors that the emulator throws, each a sentence with the cause and what to do about it.

/** Something that the emulator could not do, as a sentence. */
export class EmulatorError extends Error {
  /** By which it is told from other errors. */
  override name = 'EmulatorError'
  /** The status of the control API's refusal, where it was one. */
  readonly status: number | undefined

  constructor(message: string, options: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = options.status
  }
}
