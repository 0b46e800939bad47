// Reads a token's content into the official SDKs' shape (protocol.md#shape-of-the-official-sdks). It decides nothing about
// trust.

import { bytesOfUrl } from './base64'
import { bare } from './members'
import { decoder as makeDecoder, type Decoder } from './utf8'

type Claims = Record<string, unknown>

/** Kept, because making a decoder costs more than all the rest. */
let decoder: Decoder | undefined

/** The claims of a token. The engine has read it before, so its second part is a JSON object. */
const claimsOf = (token: string) => {
  decoder ??= makeDecoder()
  return JSON.parse(decoder.decode(bytesOfUrl(token.split('.')[1]!))) as Claims
}

/** The content of a token. If the token is not trusted, nobody has checked the types of its claims. */
export const identity = (token: string, trusted: boolean) => {
  const claims = claimsOf(token)
  const said = bare(claims)
  const { rid: realm_id, sub, orgs } = said
  const user: Claims = {
    object: 'user',
    id: sub,
    realm_id,
    username: said.preferred_username ?? null,
    first_name: said.given_name ?? null,
    last_name: said.family_name ?? null,
    name: said.name,
    email: said.email,
    email_verification: said.email_verified === true ? 'verified' : 'none',
    reference: said.ref,
    custom: said.cs,
  }
  const places = Array.isArray(orgs) ? (orgs as unknown[]).filter((org) => org && typeof org === 'object') : []
  const memberships = (places as object[]).map((place) => {
    const { mid, perm, selected, oid, name, ref, cs } = bare(place)
    return {
      object: 'membership',
      id: mid,
      permissions: Array.isArray(perm) ? (perm as unknown[]) : [],
      selected: selected === true,
      user_id: sub,
      org_id: oid,
      org: { object: 'org', id: oid, realm_id, name, reference: ref, custom: cs },
    }
  })
  if (Array.isArray(orgs)) user.memberships = memberships
  const session = {
    object: 'session',
    id: said.sid,
    created_at: said.iat,
    expires_at: said.exp,
    token,
    user_id: sub,
    user,
  }
  const current = memberships.find(({ selected }) => selected) ?? memberships[0]
  return { result: 'okay', trusted, session, user, memberships, account: current?.org, claims }
}
