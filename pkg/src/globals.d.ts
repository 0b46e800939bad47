// What the build puts in the place of names.

declare const VERSION: string
declare const INTEGRITY: string
