// Solid's own templates need a document, so what a server renders here is the state alone.
import { from } from 'solid-js'
import { renderToString } from 'solid-js/web'
import { lr } from '../client.js'

export const render = () => renderToString(() => from(lr.session)().state)
