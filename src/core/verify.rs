//! Whether a JWT may be trusted, as far as that can be said without the signature: pure, the clock is passed in.
//!
//! The order is fixed, so that a token always fails with the same code: structure, a token of the first version,
//! [header](read), signature, then [claims](check): `iss`, `sub`, `exp`, `iat`, `nbf`, the account. Rules and their
//! sources: contract §3.6, RFC 7519 §4.1, RFC 8725 §3.

use super::{jwt::Jwt, response::Record, session::claims};
use crate::Error;

/// The issuer of every token, whatever host a realm has (contract §3.3).
pub const ISSUER: &str = "https://authrocket.com";

/// The one algorithm that is trusted: a token does not choose how it is verified (RFC 8725 §3.1).
pub const ALGORITHM: &str = "RS256";

/// How far clocks may be apart, in seconds, unless something else is said; that of the official SDKs (contract §3.6).
pub const LEEWAY_SECONDS: u32 = 5;

/// What is asked of a token beside its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How far clocks may be apart, in seconds.
    pub leeway_seconds: u32,
    /// The account (`org_…`) that must be selected, if it matters.
    pub account: Option<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { leeway_seconds: LEEWAY_SECONDS, account: None }
    }
}

/// Header parameters with which a token would bring its own key or its own rules (RFC 7515 §4.1).
const REFUSED: [&str; 5] = ["crit", "jku", "jwk", "x5c", "x5u"];

/// What the header and the payload of a JWT say, as JSON objects.
///
/// Errors: `malformed_token`.
pub fn parts<R>(jwt: &Jwt<'_>, parse: impl Fn(&str) -> Option<R>) -> Result<(R, R), Error> {
    parse(&jwt.header).zip(parse(&jwt.payload)).ok_or(Error::MalformedToken)
}

/// A header that was judged, and the `kid` in it: those of one key's tokens are all the same text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    json: String,
    /// Of the key that the signature is to be verified with.
    pub key_id: String,
}

/// What the payload of a JWT says, and its header, which is judged unless it is the known one.
///
/// Errors: `malformed_token`, `v1_token`, `unsupported_algorithm`, `unsupported_header`, `missing_key_id`.
pub fn read<R: Record>(
    jwt: &Jwt<'_>,
    known: Option<Header>,
    parse: impl Fn(&str) -> Option<R>,
) -> Result<(R, Header), Error> {
    if let Some(header) = known.filter(|known| known.json == jwt.header) {
        let payload = parse(&jwt.payload).ok_or(Error::MalformedToken)?;
        return if is_v1(&payload) { Err(Error::V1Token) } else { Ok((payload, header)) };
    }
    let (header, payload) = parts(jwt, parse)?;
    if is_v1(&payload) {
        return Err(Error::V1Token);
    }
    let key_id = key_id(&header)?;
    Ok((payload, Header { json: jwt.header.clone(), key_id }))
}

/// Whether these are claims of the service's first version (contract §3.8), of which no key is public.
fn is_v1(payload: &impl Record) -> bool {
    !payload.has("sub") && (payload.has("uid") || payload.has("tk"))
}

fn key_id(header: &impl Record) -> Result<String, Error> {
    if !header.says("alg", ALGORITHM) {
        return Err(Error::UnsupportedAlgorithm);
    }
    if REFUSED.into_iter().any(|name| header.has(name)) {
        return Err(Error::UnsupportedHeader);
    }
    let key_id = header.text("kid").map(|id| id.expose().to_owned());
    key_id.filter(|id| !id.is_empty()).ok_or(Error::MissingKeyId)
}

/// Judges the claims of a token whose signature is good. `now` is in epoch seconds.
///
/// Errors: `wrong_issuer`, `missing_claim`, `invalid_claim`, `token_expired`, `token_not_yet_valid`, `wrong_account`.
pub fn check(payload: &impl Record, rules: &Rules, now: u64) -> Result<(), Error> {
    if !payload.says("iss", ISSUER) {
        return Err(Error::WrongIssuer);
    }
    match payload.text("sub") {
        Some(subject) if !subject.expose().is_empty() => {}
        None if !payload.has("sub") => return Err(Error::MissingClaim),
        _ => return Err(Error::InvalidClaim),
    }
    let expires_at = time(payload, "exp")?.ok_or(Error::MissingClaim)?;
    let issued_at = time(payload, "iat")?.ok_or(Error::MissingClaim)?;
    let not_before = time(payload, "nbf")?.unwrap_or(0);
    let leeway = u64::from(rules.leeway_seconds);
    if now >= expires_at.saturating_add(leeway) {
        return Err(Error::TokenExpired);
    }
    if issued_at.max(not_before) > now.saturating_add(leeway) {
        return Err(Error::TokenNotYetValid);
    }
    if rules.account.is_some() && rules.account != claims::account(payload) {
        return Err(Error::WrongAccount);
    }
    Ok(())
}

/// A time in epoch seconds; none if the claim is not there. What the service sends is whole (contract §3.3).
fn time(payload: &impl Record, claim: &str) -> Result<Option<u64>, Error> {
    match payload.number(claim) {
        None if payload.has(claim) => Err(Error::InvalidClaim),
        time => Ok(time),
    }
}

#[cfg(all(test, feature = "native", not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::native::JsonRecord;

    fn jwt(header: &str, payload: &str) -> Jwt<'static> {
        Jwt {
            header: header.to_owned(),
            payload: payload.to_owned().into(),
            signed: "",
            signature: crate::protocol::secret::SecretBytes::new(Vec::new()),
        }
    }

    #[test]
    fn a_known_header_is_not_judged_again_and_says_nothing_for_another_one() {
        let good = r#"{"alg":"RS256","kid":"a"}"#;
        let known = read(&jwt(good, r#"{"sub":"usr_sample123456"}"#), None, JsonRecord::parse).unwrap().1;
        assert_eq!(known.key_id, "a");
        let code = |header, payload| {
            let read = read(&jwt(header, payload), Some(known.clone()), JsonRecord::parse);
            read.map_or_else(Error::code, |(_, header)| if header == known { "okay" } else { "another" })
        };
        for (header, payload, expected) in [
            (good, r#"{"sub":"usr_sample123456"}"#, "okay"),
            (good, r#"{"uid":"usr_sample123456"}"#, "v1_token"),
            (good, "[]", "malformed_token"),
            (r#"{"alg":"RS256","kid":"b"}"#, "{}", "another"),
            (r#"{"alg":"none","kid":"a"}"#, "{}", "unsupported_algorithm"),
            (r#"{"alg":"RS256","kid":"a","jku":""}"#, "{}", "unsupported_header"),
            (r#"{"alg":"RS256"}"#, "{}", "missing_key_id"),
            ("", "{}", "malformed_token"),
        ] {
            assert_eq!(code(header, payload), expected, "{header} {payload}");
        }
    }
}
