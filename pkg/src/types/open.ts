// What the service may add at any time.

declare const openValue: unique symbol

/**
 * A string that this version does not know by name. The service may add some at any time; they pass through untouched.
 * It is typed as no string, so that comparing with a known one still narrows: read it with `String(value)`.
 */
export interface OpenValue {
  /** No value has it: it keeps this type apart from others. */
  readonly [openValue]: true
}
