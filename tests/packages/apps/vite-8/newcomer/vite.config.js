import react from '@vitejs/plugin-react'

// What it optimised is kept in its own folder, because here several apps share one manifest.
export default { plugins: [react()], cacheDir: 'node_modules/.vite' }
