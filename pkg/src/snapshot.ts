// Builds snapshots from what the engine says about the session and what the token says about the person.

import { bare, dense } from './members'
import type { Snapshot } from './types/session'
import { FRESHNESS, NEXTS, SIGN_OUT_REASONS, STATES, type Answer, type AnswerKind } from './wire/effects'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The person that the payload of a token describes. */
export const userOf = (payload: object) => {
  const claims = bare(payload)
  return dense({
    id: text(claims.sub),
    name: text(claims.name),
    email: text(claims.email),
    emailVerified: claims.email_verified === true,
    username: text(claims.preferred_username),
    firstName: text(claims.given_name),
    lastName: text(claims.family_name),
    locale: text(claims.locale),
  })
}

/** The current account: the first that is selected, or else the first (protocol.md#accounts-in-a-token). */
const placeOf = (payload: object) => {
  const { orgs } = bare(payload)
  const all = Array.isArray(orgs) ? (orgs as unknown[]).filter((org) => typeof org === 'object' && org) : []
  const places = (all as object[]).map(bare)
  const { oid, name, mid, perm } = places.find(({ selected }) => selected === true) ?? places[0] ?? bare({})
  if (typeof oid !== 'string') return {}
  const permissions = Array.isArray(perm) ? (perm as unknown[]).filter((item) => typeof item === 'string') : []
  return { account: dense({ id: oid, name: text(name) }), membership: dense({ id: text(mid), permissions }) }
}

/** A snapshot. It is frozen, and so is every object in it. */
export const snapshotOf = (answer: Answer): Snapshot => {
  const [, state, freshness, profile, expiresAt, conditions, next, signOutReason] = answer as Extract<
    Answer,
    [AnswerKind.Snapshot, ...unknown[]]
  >
  const claims = profile === null ? undefined : (JSON.parse(profile) as object)
  const members = {
    state: STATES[state],
    freshness: FRESHNESS[freshness],
    user: claims && userOf(claims),
    ...(claims && placeOf(claims)),
    expiresAt,
    conditions: next === null ? undefined : conditions,
    next: next === null ? null : NEXTS[next],
    signOutReason: signOutReason === null ? null : SIGN_OUT_REASONS[signOutReason],
  }
  return deepFrozen(dense(members)) as unknown as Snapshot
}

const deepFrozen = <T extends object>(object: T): T => {
  for (const value of Object.values(object)) if (typeof value === 'object') deepFrozen(value as object)
  return Object.freeze(object)
}

/** The snapshot of a session that belongs to nobody, or of which nothing is known yet. */
export const LOADING: Snapshot = /* @__PURE__ */ Object.freeze({ state: 'loading', freshness: 'fresh' })
