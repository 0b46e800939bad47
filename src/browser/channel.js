// `BroadcastChannel`. While the page is kept for the back button it is closed: an open one would keep it from being kept.
import { quietly } from './task.js'

export const channels = {
  /** Opens a channel that hands on every text; undefined where there are none. */
  open: (name, hear) => {
    let open
    const connect = () =>
      quietly(() => {
        open ??= new BroadcastChannel(name)
        open.onmessage = ({ data }) => typeof data === 'string' && hear(data)
      })
    const disconnect = () => {
      quietly(() => open.close())
      open = undefined
    }
    const all = (method) =>
      quietly(() => {
        globalThis[method]('pagehide', disconnect)
        globalThis[method]('pageshow', connect)
      })
    connect()
    if (!open) return undefined
    all('addEventListener')
    return {
      tell: (text) => quietly(() => open.postMessage(text)),
      stop: () => {
        disconnect()
        all('removeEventListener')
      },
    }
  },
  tell: (channel, text) => channel.tell(text),
}
