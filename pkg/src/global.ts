// What `<script src>` loads: the client is the global `LoginRocket`, and what the package exports beside it are members of that.

import * as exported from './index'

const { LoginRocket, default: own, ...others } = exported
Object.assign(own, others)
;(globalThis as { LoginRocket?: typeof LoginRocket }).LoginRocket = LoginRocket
