// Signing keys made beforehand, by WebCrypto where there is one: off the thread, and many times as fast as the module.

import type { Realms } from './glue'

/** Keys that an emulator keeps ready for new realms and rotations. */
const SPARE = 2

/** Keys that stopped emulators left, which others take under new ids. */
const left: Uint8Array[] = []

const subtle = (): SubtleCrypto | undefined => globalThis.crypto?.subtle

const generate = async (crypto: SubtleCrypto): Promise<Uint8Array> => {
  const parameters = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }
  const { privateKey } = await crypto.generateKey(parameters, true, ['sign', 'verify'])
  return new Uint8Array(await crypto.exportKey('pkcs8', privateKey))
}

export interface KeyMaker {
  /** Waits until there is a key. Whether waiting for one makes sense at all. */
  demand(): Promise<boolean>
  /** Has keys made until enough are there, in nobody's way. */
  refill(): void
  stop(): void
}

export const keyMaker = (realms: Realms): KeyMaker => {
  const own: Uint8Array[] = []
  let stopped = false
  let making: Promise<boolean> | undefined

  const make = async (): Promise<boolean> => {
    const crypto = subtle()
    const key = left.pop() ?? (crypto && (await generate(crypto).catch(() => undefined)))
    if (stopped) {
      if (key) left.push(key)
      return false
    }
    if (key && realms.offer_key(key)) {
      own.push(key)
      return true
    }
    return realms.make_key()
  }
  /** One at a time: they take as long beside each other, and the first would be there later. */
  const one = (): Promise<boolean> => {
    making ??= make().finally(() => {
      making = undefined
    })
    return making
  }

  const demand = async (): Promise<boolean> => realms.spare_keys() > 0 || one()
  // Off the thread it costs nobody anything, and the first login need not wait for it.
  if (subtle()) void demand().catch(() => {})

  return {
    demand,
    refill() {
      if (stopped || making || !subtle() || realms.spare_keys() >= SPARE) return
      void one().then((made) => made && this.refill(), () => {})
    },
    stop() {
      stopped = true
      left.push(...own)
    },
  }
}
