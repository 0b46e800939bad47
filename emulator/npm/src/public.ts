// What both entries export beside their functions.

export { EmulatorError } from './errors'
export type * from './types'
