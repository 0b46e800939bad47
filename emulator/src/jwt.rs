//! Login tokens: header and claims in the order the service writes them (protocol.md#the-login-token), signed.
//!
//! The two signature schemes come from libraries. The envelope around them is three strings and two dots; a JWT crate
//! would decide about `typ` and the order of claims, which have to be the service's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::keys::KeyPool;
use crate::settings::{ClaimGroup, JwtAlgorithm};
use crate::state::{IssuedToken, Membership, Realm, Secret, Verification};
use crate::time::Time;

/// The issuer of every token, whatever the host (protocol.md#claims).
pub(crate) const ISSUER: &str = "https://authrocket.com";

#[derive(Serialize)]
struct Header<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    alg: &'static str,
}

#[derive(Serialize)]
struct Claims<'a> {
    exp: u64,
    iat: u64,
    iss: &'static str,
    rid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    sub: &'a str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#ref: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cs: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orgs: Option<Vec<OrgClaim<'a>>>,
}

#[derive(Serialize)]
struct OrgClaim<'a> {
    oid: &'a str,
    perm: &'a [String],
    name: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    selected: bool,
    mid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#ref: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cs: Option<&'a Map<String, Value>>,
}

/// Which accounts a token names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Accounts<'a> {
    /// The selected one: tokens made by LoginRocket (protocol.md#accounts-in-a-token).
    Selected(&'a str),
    /// All the person's, none selected: tokens made through the Core API with the scope `ar.orgs`.
    All,
    /// None: other tokens made through the Core API.
    None,
}

/// Issues a token for a session. `None` only if there is no such session, person or key.
pub(crate) fn issue(
    realm: &mut Realm,
    pool: &mut KeyPool,
    session_id: &str,
    accounts: Accounts<'_>,
    now: Time,
    rng: &mut dyn CryptoRng,
) -> Option<String> {
    let selected = match accounts {
        Accounts::Selected(org) => Some(org.to_owned()),
        Accounts::All | Accounts::None => None,
    };
    let session = realm.sessions.get(session_id)?;
    let expires_at = now.plus_minutes(realm.settings.jwt_minutes).min(session.expires_at);
    let claims = serde_json::to_vec(&claims(realm, session_id, accounts, now, expires_at)?).ok()?;
    let jwt = sign(realm, pool, &claims, rng)?;
    let kid = signing_kid(realm);
    realm.sessions.get_mut(session_id)?.last_token =
        Some(IssuedToken { org: selected, kid, jwt: Secret::new(jwt.clone()), expires_at });
    Some(jwt)
}

/// The last token of a session, if it can be given out again: it is for the same account, it is still valid, and it can
/// still be verified, because it is signed as tokens are now or with a key that is still published.
pub(crate) fn last<'a>(realm: &'a Realm, session_id: &str, org: &str, now: Time) -> Option<&'a str> {
    let last = realm.sessions.get(session_id)?.last_token.as_ref()?;
    let published =
        last.kid == signing_kid(realm) || realm.keys.iter().any(|key| last.kid.as_deref() == Some(key.kid()));
    let fits = published && last.org.as_deref() == Some(org) && last.expires_at > now;
    fits.then(|| last.jwt.reveal())
}

/// Id of the key that signs now. `None` means that the shared secret does.
fn signing_kid(realm: &Realm) -> Option<String> {
    let key = realm.keys.last().filter(|_| realm.settings.jwt_algo == JwtAlgorithm::Rs256);
    key.map(|key| key.kid().to_owned())
}

fn claims<'a>(
    realm: &'a Realm,
    session_id: &'a str,
    accounts: Accounts<'a>,
    now: Time,
    expires_at: Time,
) -> Option<Claims<'a>> {
    let user = realm.users.get(&realm.sessions.get(session_id)?.user)?;
    let groups = &realm.settings.assumptions.token_claims;
    let (profile, email, custom) = (
        groups.contains(&ClaimGroup::Profile),
        groups.contains(&ClaimGroup::Email),
        groups.contains(&ClaimGroup::Custom),
    );
    let orgs: Option<Vec<OrgClaim<'a>>> = match accounts {
        Accounts::Selected(org) if groups.contains(&ClaimGroup::Orgs) => Some(
            realm
                .membership_in(&user.id, org)
                .and_then(|found| org_claim(realm, found, true, custom))
                .into_iter()
                .collect(),
        ),
        Accounts::All => Some(
            realm
                .memberships_of(&user.id)
                .filter_map(|found| org_claim(realm, found, false, custom))
                .collect(),
        ),
        Accounts::Selected(_) | Accounts::None => None,
    };
    Some(Claims {
        exp: expires_at.seconds(),
        iat: now.seconds(),
        iss: ISSUER,
        rid: &realm.id,
        sid: Some(session_id),
        sub: &user.id,
        name: user.name(),
        email: user.email.as_deref().filter(|_| email),
        // Present only when true: that is how real tokens have it (protocol.md#claims).
        email_verified: (email && user.verification == Verification::Verified).then_some(true),
        given_name: user.first_name.as_deref().filter(|_| profile),
        family_name: user.last_name.as_deref().filter(|_| profile),
        preferred_username: user.username.as_deref().filter(|_| profile),
        locale: user.locale.as_deref().filter(|_| profile),
        r#ref: user.reference.as_deref().filter(|_| custom),
        cs: Some(&user.custom).filter(|attributes| custom && !attributes.is_empty()),
        orgs,
    })
}

fn org_claim<'a>(
    realm: &'a Realm,
    membership: &'a Membership,
    selected: bool,
    custom: bool,
) -> Option<OrgClaim<'a>> {
    let org = realm.orgs.get(&membership.org)?;
    Some(OrgClaim {
        oid: &org.id,
        perm: &membership.permissions,
        name: &org.name,
        selected,
        mid: &membership.id,
        r#ref: org.reference.as_deref().filter(|_| custom),
        cs: Some(&org.custom).filter(|attributes| custom && !attributes.is_empty()),
    })
}

fn sign(realm: &mut Realm, pool: &mut KeyPool, claims: &[u8], rng: &mut dyn CryptoRng) -> Option<String> {
    let envelope = |header: &Header<'_>| {
        let header = serde_json::to_vec(header).ok()?;
        Some(format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)))
    };
    match realm.settings.jwt_algo {
        JwtAlgorithm::Rs256 => {
            let key = realm.signing_key(pool, rng)?;
            let message = envelope(&Header { kid: Some(key.kid()), alg: "RS256" })?;
            let signature = key.sign(message.as_bytes(), rng)?;
            Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
        }
        JwtAlgorithm::Hs256 => {
            let secret = realm.shared_secret.reveal();
            // Any stable name will do; it must not give the secret away.
            let kid = realm.settings.assumptions.hs256_kid.then_some("jky_shared");
            let message = envelope(&Header { kid, alg: "HS256" })?;
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
            mac.update(message.as_bytes());
            Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
        }
    }
}
