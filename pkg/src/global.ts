// What `<script src>` loads. The client becomes the global `LoginRocket`, and the package's other exports become its members.

import * as exported from './index'

const { LoginRocket, default: own, ...others } = exported
Object.assign(own, others)
;(globalThis as { LoginRocket?: typeof LoginRocket }).LoginRocket = LoginRocket
