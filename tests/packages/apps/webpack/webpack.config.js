import webpack from 'webpack'

/** `mode` is given by the command line: `webpack serve --mode development`, `webpack build --mode production`. */
const app = (folder) => ({
  entry: `${folder}/main.js`,
  output: { path: `${folder}/dist`, filename: 'main.js' },
  devServer: { static: folder, devMiddleware: { publicPath: '/dist/' } },
  // An authentication client is larger than what webpack warns of by default.
  performance: { hints: false },
  plugins: [new webpack.EnvironmentPlugin(['LOGINROCKET_URL'])],
})

export default ({ folder = '' }) => app(import.meta.dirname + folder)
