import { render } from 'solid-js/web'
import { App } from './App.js'

export const unmount = render(App, document.getElementById('app'))
