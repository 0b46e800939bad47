import { createApp } from 'vue'
import App from './App.vue'

const app = createApp(App)
app.mount('#app')

export const unmount = () => app.unmount()
