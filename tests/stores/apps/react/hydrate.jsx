import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { App } from './App.jsx'

const root = hydrateRoot(document.getElementById('app'), <StrictMode><App /></StrictMode>)

export const unmount = () => root.unmount()
