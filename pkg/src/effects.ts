// Performs effects with the Web APIs of the other files, and reports what came of them to the engine.

import type { Wait } from './answers'
import { openChannel, type Channel } from './channel'
import { verifier } from './crypto'
import { causeOf, exchange, type Exchange } from './fetch'
import { attempt } from './guard'
import { announce, areAnnounced, requestLock } from './locks'
import type { Settings } from './options'
import { navigate, replaceUrl, watchPage } from './page'
import { withAdditions } from './params'
import { discard, type AuthorizedFetch } from './request'
import { askStore, type StorageAdapter } from './storage'
import { Timer } from './timer'
import { Effect, type Answer, type Effects } from './wire/effects'
import * as input from './wire/inputs'
import { Signature, StoreFault, type Input } from './wire/inputs'

/** Someone who waits for an answer. */
export interface Waiter extends Wait {
  settle(answer: Answer): void
  /** No answer will come. */
  fail(error: unknown): void
  /** It is over: a signal that could end it is let go of. */
  stop?(): void
  /** A request of the app's own: what it is, how to give its answer to the app, and the answer that it has. */
  request?: AuthorizedFetch
  release?(answer: Promise<Response> | undefined): void
  sent?: Promise<Response>
  response?: Response
}

/** What effects need of a host. */
export interface Reports {
  /** Tells the engine something; and why a request had no answer, for those who are told at once that it had none. */
  say(input: Input, cause?: string): void
  waiter(id: number): Waiter | undefined
  settled(id: number): void
  /** The snapshot is another one. */
  changed(): void
  /** Something is lost that cannot be reported: nobody knows any more how things stand. */
  broken(): void
}

/** What can be done for an engine, and how to stop all of it. */
export interface Performer {
  /** Performs an effect, and takes its list apart. */
  perform(listed: [effect: Effect, ...items: unknown[]]): void
  /** Whether somebody waits for an answer. */
  hold(isHeld: boolean): void
  /** The client is disposed of: what is still performed is the last. */
  end(): void
  stop(): void
}

/** What is reported of an effect that failed where nothing should. */
const FAILED: Partial<Record<Effect, (id: number) => Input>> = {
  // @ts-expect-error A literal's own prototype: nothing of `Object.prototype` is a report here.
  __proto__: null,
  [Effect.Fetch]: (id) => input.unanswered(id, false),
  [Effect.Read]: (id) => input.stored(id, StoreFault.Failed),
  [Effect.Write]: (id) => input.stored(id, StoreFault.Failed),
  [Effect.Remove]: (id) => input.stored(id, StoreFault.Failed),
  [Effect.ReadTab]: (id) => input.stored(id, StoreFault.Failed),
  [Effect.Lock]: (id) => input.lockSettled(id, false),
  [Effect.FindSiblings]: (id) => input.siblingsFound(id, false),
  [Effect.VerifySignature]: (id) => input.verified(id, Signature.Unavailable, 0),
  [Effect.SendAuthorized]: (id) => input.authorized(id, 0),
}

export const performer = ({ fetch, place }: Settings, reports: Reports): Performer => {
  const { say, waiter, settled, changed, broken } = reports
  const exchanges = new Map<number, Exchange>()
  const locks = new Map<number, () => void>()
  const timer = new Timer(() => say(input.woke()), broken)
  const verify = verifier()
  let channel: Channel | undefined
  let endWatch: (() => void) | undefined
  let endAnnouncement: (() => void) | undefined

  const abort = (id: number) => {
    exchanges.get(id)?.stop()
    exchanges.delete(id)
  }
  const unlock = (id: number) => {
    locks.get(id)?.()
    locks.delete(id)
  }
  const ask = (id: number, method: keyof StorageAdapter, ...entry: [key: string, value?: string]) =>
    askStore(place, method, entry, (fault, text) => say(input.stored(id, fault, text)))
  const listen = (name: string | null) => {
    channel?.close()
    channel = name === null ? undefined : openChannel(name, (text) => say(input.message(text)))
    if (name !== null && !channel) say(input.channelClosed())
  }
  const watch = (isOn: boolean) => {
    endWatch?.()
    endWatch = isOn
      ? watchPage(place, {
          visible: (isVisible) => say(input.visible(isVisible)),
          online: (isOnline) => say(input.online(isOnline)),
          stored: (key) => say(input.storageChanged(key)),
        })
      : undefined
  }
  const showPresence = (name: string | null) => {
    endAnnouncement?.()
    endAnnouncement = name === null ? undefined : announce(name)
  }

  const effects: Effects = {
    [Effect.Settle](ids, answer) {
      for (const id of ids) {
        const waiting = waiter(id)
        try {
          waiting?.settle(answer)
        } catch (error) {
          waiting!.fail(error)
        }
        settled(id)
      }
    },
    [Effect.Fetch](id, method, url, headers, additions, outlivesPage) {
      const body = additions === null ? undefined : withAdditions(additions, waiter(id)?.params ?? '{}')
      const going = exchange(fetch, method, url, headers, body, outlivesPage)
      exchanges.set(id, going)
      const report = (report: Input, cause?: string) => attempt(() => exchanges.delete(id) && say(report, cause), broken)
      going.reply.then(
        (reply) => {
          if (!reply) return report(input.unanswered(id, true))
          const { status, isHiddenRedirect, headers, body, text, cause } = reply
          const waiting = waiter(id)
          if (waiting) waiting.body = text
          return report(input.replied(id, status, isHiddenRedirect, ...headers, body, text), cause)
        },
        (thrown) => report(input.unanswered(id, false), causeOf(thrown)),
      )
    },
    [Effect.Abort]: abort,
    [Effect.WakeAt]: (atMs) => timer.set(atMs),
    [Effect.Read]: (id, key) => ask(id, 'getItem', key),
    [Effect.Write]: (id, key, value) => ask(id, 'setItem', key, value),
    [Effect.Remove]: (id, key) => ask(id, 'removeItem', key),
    [Effect.ReadTab]: (id, key) => askStore('sessionStorage', 'getItem', [key], (fault, text) => say(input.stored(id, fault, text))),
    [Effect.WriteTab]: (key, value) =>
      attempt(() => (value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, value))),
    [Effect.Lock](id, name) {
      locks.set(id, requestLock(name, (isGranted) => say(input.lockSettled(id, isGranted))))
    },
    [Effect.Unlock]: unlock,
    [Effect.FindSiblings](id, name) {
      const report = (areThere: boolean) => say(input.siblingsFound(id, areThere))
      areAnnounced(name).then(report, () => report(false))
    },
    [Effect.Announce]: showPresence,
    [Effect.Listen]: listen,
    [Effect.Post]: (text) => channel?.post(text),
    [Effect.Watch]: watch,
    [Effect.Notify]: changed,
    [Effect.VerifySignature](id, key, n, e, spki, token) {
      verify(key, n, e, spki, token ?? waiter(id)?.token ?? '').then(
        ([signature, bits]) => say(input.verified(id, signature, bits)),
        () => say(input.verified(id, Signature.Unavailable, 0)),
      )
    },
    [Effect.SendAuthorized](id, token) {
      const waiting = waiter(id)!
      discard(waiting.response)
      waiting.sent = waiting.request!.send(token)
      waiting.sent.then(
        (response) => {
          waiting.response = response
          say(input.authorized(id, attempt(() => response.status & 0xffff) ?? 0))
        },
        () => say(input.authorized(id, 0)),
      )
    },
    [Effect.Release](id) {
      const waiting = waiter(id)
      waiting?.release?.(waiting.sent)
      settled(id)
    },
    [Effect.ReplaceUrl]: replaceUrl,
    [Effect.Navigate]: navigate,
  }

  return {
    perform(listed) {
      const effect = listed.shift() as Effect
      // Each in a guard of its own: what one throws is its own failure, and no other's.
      try {
        ;(effects[effect] as (...items: unknown[]) => void)(...listed)
      } catch {
        const failed = FAILED[effect]
        if (failed) say(failed(listed[0] as number))
        else broken()
      }
    },
    hold: (isHeld) => timer.hold(isHeld),
    end: () => timer.end(),
    stop() {
      timer.end()
      const steps = [
        () => exchanges.forEach((_, id) => abort(id)),
        () => locks.forEach((_, id) => unlock(id)),
        () => timer.set(null),
        () => listen(null),
        () => watch(false),
        () => showPresence(null),
      ]
      // What one throws keeps no other from being done.
      for (const step of steps) attempt(step)
    },
  }
}
