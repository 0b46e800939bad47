// The control surface over the control API, wherever the emulator runs: one realm's part of it, and the whole.

import { EmulatorError } from './errors'
import type { AddedRealm, EmulatedRealm, Emulator, Fetch, RealmClock, RealmSeed, Seed } from './types'

/** A call of the control API: verb, name below `/_emulator/`, query and body. It rejects with the API's own sentence. */
export type Call = <T>(method: string, name: string, query?: Readonly<Record<string, string | undefined>>, body?: unknown) => Promise<T>

/** Where an emulator is, as it says itself. */
export interface Info {
  readonly loginrocket: string
  readonly core: string | null
  readonly api_key: string
  /** Id and name of the default realm. */
  readonly realm: string
  readonly name: string
}

interface RealmPlace {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly loginrocket: string
}

const seconds = (at: number | Date): number => Number(at) / 1000

const clockOf = (change: (body?: object) => Promise<{ now: number }>): RealmClock => ({
  now: async () => (await change()).now * 1000,
  freeze: async (at) => void (await change(at === undefined ? { freeze: true } : { freeze: true, set: seconds(at) })),
  resume: async () => void (await change({ freeze: false })),
  set: async (at) => void (await change({ set: seconds(at) })),
  advance: async (ms) => void (await change({ advance_seconds: ms / 1000 })),
  reset: async () => void (await change({ reset: true })),
})

/** The surface of one realm. */
export const realmOf = (call: Call, place: RealmPlace, fetch: Fetch): EmulatedRealm => {
  // By id, which a name of another realm cannot take over.
  const realm = place.id
  const ask = <T>(method: string, name: string, query: Readonly<Record<string, string | undefined>> = {}, body?: unknown): Promise<T> =>
    call<T>(method, name, { ...query, realm }, body)
  return {
    id: place.id,
    name: place.name,
    url: place.url,
    pagesUrl: place.loginrocket,
    fetch,
    addPerson: (person) => ask('POST', 'people', {}, person),
    people: async () => (await ask<{ people: [] }>('GET', 'people')).people,
    sessions: async (user) => (await ask<{ sessions: [] }>('GET', 'sessions', { user })).sessions,
    endSessions: async (user) => void (await ask('DELETE', 'sessions', { user })),
    mails: async (filter) => (await ask<{ mails: [] }>('GET', 'mails', { to: filter?.to })).mails,
    clearMails: async (filter) => void (await ask('DELETE', 'mails', { to: filter?.to })),
    totp: async (user) => (await ask<{ code: string }>('GET', 'totp', { user: typeof user === 'string' ? user : user.id })).code,
    clock: clockOf((body) => ask(body ? 'POST' : 'GET', 'clock', {}, body)),
    script: async (rule) => {
      const { id } = await ask<{ id: string }>('POST', 'script', {}, rule)
      return { id, remove: async () => void (await ask('DELETE', 'script', { id })) }
    },
    clearScript: async () => void (await ask('DELETE', 'script')),
    requests: async ({ after, path, user } = {}) =>
      (await ask<{ requests: [] }>('GET', 'requests', { after: after?.toString(), path, user })).requests,
    clearRequests: async () => void (await ask('DELETE', 'requests')),
    settings: (change) => (change ? ask('PUT', 'settings', {}, change) : ask('GET', 'settings')),
    rotateKeys: async ({ dropOld = false } = {}) => (await ask<{ kid: string }>('POST', 'keys', {}, { drop_old: dropOld })).kid,
    reset: async () => void (await ask('POST', 'reset')),
    snapshot: () => ask('GET', 'snapshot'),
    restore: async (snapshot) => void (await ask('PUT', 'snapshot', {}, snapshot)),
  }
}

/** The surface of an emulator. `fetchOf` gives what sends requests to it. */
export const emulatorOf = async (call: Call, fetch: Fetch): Promise<Emulator> => {
  let info = await call<Info>('GET', 'info')
  const own = (): RealmPlace => ({ id: info.realm, name: info.name, url: info.loginrocket, loginrocket: info.loginrocket })
  const emulator = {
    ...realmOf(call, own(), fetch),
    coreUrl: info.core ?? '',
    apiKey: info.api_key,
    realm: info.realm,
    async addRealm(seed: RealmSeed): Promise<AddedRealm> {
      const place = await call<RealmPlace>('POST', 'realms', {}, seed)
      const remove = async (): Promise<void> => void (await call('DELETE', 'realms', { realm: place.id }))
      return { ...realmOf(call, place, fetch), remove, [Symbol.asyncDispose ?? '@@asyncDispose']: remove } as AddedRealm
    },
    realms: async () => (await call<{ realms: [] }>('GET', 'realms')).realms,
    export: () => call<Seed>('GET', 'seed'),
    async import(seed: Seed): Promise<void> {
      await call('PUT', 'seed', {}, seed)
      // The default realm is another one now.
      info = await call<Info>('GET', 'info')
      Object.assign(emulator, realmOf(call, own(), fetch), { realm: info.realm, apiKey: info.api_key })
    },
  }
  return emulator
}

/** A control API that is reached by a function like `fetch`. */
export const callBy =
  (fetch: Fetch, root: string): Call =>
  async (method, name, query = {}, body) => {
    const url = new URL(`_emulator/${name}`, root)
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value)
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(url.href, init)
    const text = await response.text()
    if (response.ok) return JSON.parse(text)
    let sentence = ''
    try {
      sentence = JSON.parse(text).error
    } catch {
      // Whoever answers so is no emulator.
    }
    throw new EmulatorError(sentence || `${url.origin} answers ${response.status}, as no emulator does: check the URL`, { status: response.status })
  }
