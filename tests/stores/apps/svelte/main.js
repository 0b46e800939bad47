import { mount, unmount as remove } from 'svelte'
import App from './App.svelte'

const app = mount(App, { target: document.getElementById('app') })

export const unmount = () => remove(app)
