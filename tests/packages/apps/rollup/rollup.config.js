import resolve from '@rollup/plugin-node-resolve'
import replace from '@rollup/plugin-replace'

export default {
  input: 'main.js',
  output: { file: 'dist/main.js' },
  plugins: [
    resolve(),
    replace({ preventAssignment: true, 'process.env.LOGINROCKET_URL': JSON.stringify(process.env.LOGINROCKET_URL) }),
  ],
}
