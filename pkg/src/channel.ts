// `BroadcastChannel`.

import { attempt, global } from './guard'
import { onLeaving } from './page'

export const hasChannel = (): boolean => typeof global('BroadcastChannel') === 'function'

export interface Channel {
  post(text: string): void
  close(): void
}

/** Opens a channel that passes every text to `onMessage`. Undefined if it cannot be opened. */
export const openChannel = (name: string, onMessage: (text: string) => void): Channel | undefined => {
  let open: BroadcastChannel | undefined
  const close = onLeaving(() => {
    const channel = attempt(() => new BroadcastChannel(name))
    open = channel
    if (!channel) return () => {}
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') onMessage(data)
    }
    // In Node an open channel would keep the process alive.
    attempt(() => (channel as { unref?(): void }).unref?.())
    return () => {
      open = undefined
      attempt(() => channel.close())
    }
  })
  if (!open) return void close()
  return { post: (text) => void attempt(() => open?.postMessage(text)), close }
}
