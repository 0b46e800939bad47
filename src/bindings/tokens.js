// What a token says, in the official SDKs' shape (contract §3.5). It decides nothing about trust.

/** Maps claims, whose types nobody has checked where the token is not trusted. */
export function identity(token, claims, trusted) {
  const realm_id = claims.rid
  const user = {
    object: 'user',
    id: claims.sub,
    realm_id,
    username: claims.preferred_username ?? null,
    first_name: claims.given_name ?? null,
    last_name: claims.family_name ?? null,
    name: claims.name,
    email: claims.email,
    email_verification: claims.email_verified === true ? 'verified' : 'none',
    reference: claims.ref,
    custom: claims.cs,
  }
  const orgs = Array.isArray(claims.orgs) ? claims.orgs.filter((org) => org && typeof org === 'object') : []
  const memberships = orgs.map(({ mid, perm, selected, oid, name, ref, cs }) => ({
    object: 'membership',
    id: mid,
    permissions: Array.isArray(perm) ? perm : [],
    selected: selected === true,
    user_id: claims.sub,
    org_id: oid,
    org: { object: 'org', id: oid, realm_id, name, reference: ref, custom: cs },
  }))
  if (Array.isArray(claims.orgs)) user.memberships = memberships
  const session = {
    object: 'session',
    id: claims.sid,
    created_at: claims.iat,
    expires_at: claims.exp,
    token,
    user_id: claims.sub,
    user,
  }
  const { org: account } = memberships.find(({ selected }) => selected) ?? memberships[0] ?? {}
  return { result: 'okay', trusted, session, user, memberships, account, claims }
}
