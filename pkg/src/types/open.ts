// The type of values that the service may add at any time.

declare const openValue: unique symbol

/**
 * A string that this version does not know. The service may add new ones at any time, and the client passes them on unchanged.
 * The type is not `string`, so that a comparison with a known string still narrows. Read it with `String(value)`.
 */
export interface OpenValue {
  /** No value has this member. It keeps this type apart from all others. */
  readonly [openValue]: true
}
