// Names that the build replaces by values.

declare const VERSION: string
declare const INTEGRITY: string
