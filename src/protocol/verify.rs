//! Whether a JWT may be trusted, as far as that can be said without the signature: pure, the clock is passed in.
//!
//! The order is fixed, so that a token always fails with the same code: structure, a token of the first version,
//! [header](read), signature, then [claims](Payload::check): `iss`, `sub`, `exp`, `iat`, `nbf`, the account. Rules and their
//! sources: protocol.md#verification-rules, RFC 7519 §4.1, RFC 8725 §3.

use super::{claims, json::Json, jwt::Jwt, text::Text};
use crate::Error;

/// The issuer of every token, whatever host a realm has (protocol.md#claims).
pub const ISSUER: &str = "https://authrocket.com";

/// The one algorithm that is trusted: a token does not choose how it is verified (RFC 8725 §3.1).
pub const ALGORITHM: &str = "RS256";

/// How far clocks may be apart, in seconds, unless something else is said; that of the official SDKs
/// (protocol.md#verification-rules).
pub const LEEWAY_SECONDS: u32 = 5;

/// How far clocks may be apart, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leeway(pub u32);

impl Default for Leeway {
    fn default() -> Self {
        Self(LEEWAY_SECONDS)
    }
}

/// What is asked of a token beside its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How far clocks may be apart, in seconds.
    pub leeway_seconds: u32,
    /// The account (`org_…`) that must be selected, if it matters.
    pub account: Option<Text>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { leeway_seconds: LEEWAY_SECONDS, account: None }
    }
}

/// What the header and the payload of a JWT say, as JSON objects.
///
/// Errors: `malformed_token`.
pub fn parts<'a>(jwt: &'a Jwt<'_>) -> Result<(Json<'a>, Json<'a>), Error> {
    Json::object(&jwt.header).zip(Json::object(&jwt.payload)).ok_or(Error::MalformedToken)
}

/// The payload of a JWT, and the claims by which it is judged, which are found in one pass.
pub struct Payload<'a> {
    json: Json<'a>,
    claims: [Option<Json<'a>>; 5],
}

/// The payload of a JWT, and the `kid` of the key that its signature is to be verified with.
///
/// Errors: `malformed_token`, `v1_token`, `unsupported_algorithm`, `unsupported_header`, `missing_key_id`.
pub fn read<'a>(jwt: &'a Jwt<'_>) -> Result<(Payload<'a>, Text), Error> {
    let (header, payload) = parts(jwt)?;
    Ok((Payload::read(payload)?, key_id(header)?))
}

fn key_id(header: Json<'_>) -> Result<Text, Error> {
    // With the others a token would bring its own key or its own rules (RFC 7515 §4.1).
    let [algorithm, key_id, refused @ ..] = header.find(&["alg", "kid", "crit", "jku", "jwk", "x5c", "x5u"]);
    if !algorithm.is_some_and(|algorithm| algorithm.is(ALGORITHM)) {
        return Err(Error::UnsupportedAlgorithm);
    }
    if refused.iter().any(Option::is_some) {
        return Err(Error::UnsupportedHeader);
    }
    key_id.and_then(Json::string).filter(|id| !id.is_empty()).ok_or(Error::MissingKeyId)
}

impl<'a> Payload<'a> {
    fn read(json: Json<'a>) -> Result<Self, Error> {
        let [uid, tk, claims @ ..] = json.find(&["uid", "tk", "iss", "sub", "exp", "iat", "nbf"]);
        let [_, subject, ..] = claims;
        // The claims of the service's first version (protocol.md#first-version), of which no key is public.
        if subject.is_none() && uid.or(tk).is_some() {
            return Err(Error::V1Token);
        }
        Ok(Self { json, claims })
    }

    /// All that it says.
    pub fn json(&self) -> Json<'a> {
        self.json
    }

    /// The time in `iat`; none if that is no time.
    pub fn issued_at(&self) -> Option<u64> {
        let [_, _, _, issued_at, _] = self.claims;
        issued_at.and_then(Json::number)
    }

    /// Judges the claims of a token whose signature is good. `now` is in epoch seconds.
    ///
    /// Errors: `wrong_issuer`, `missing_claim`, `invalid_claim`, `token_expired`, `token_not_yet_valid`, `wrong_account`.
    pub fn check(&self, rules: &Rules, now: u64) -> Result<(), Error> {
        let [issuer, subject, expires_at, issued_at, not_before] = self.claims;
        if !issuer.is_some_and(|issuer| issuer.is(ISSUER)) {
            return Err(Error::WrongIssuer);
        }
        match subject.map(Json::text) {
            Some(Some(subject)) if !subject.expose().is_empty() => {}
            Some(_) => return Err(Error::InvalidClaim),
            None => return Err(Error::MissingClaim),
        }
        let expires_at = time(expires_at)?.ok_or(Error::MissingClaim)?;
        let issued_at = time(issued_at)?.ok_or(Error::MissingClaim)?;
        let not_before = time(not_before)?.unwrap_or(0);
        let leeway = u64::from(rules.leeway_seconds);
        if now >= expires_at.saturating_add(leeway) {
            return Err(Error::TokenExpired);
        }
        if issued_at.max(not_before) > now.saturating_add(leeway) {
            return Err(Error::TokenNotYetValid);
        }
        if rules.account.is_some() && rules.account != claims::account(self.json) {
            return Err(Error::WrongAccount);
        }
        Ok(())
    }
}

/// A time in epoch seconds; none if the claim is not there. What the service sends is whole (protocol.md#claims).
fn time(claim: Option<Json<'_>>) -> Result<Option<u64>, Error> {
    claim.map(|time| time.number().ok_or(Error::InvalidClaim)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000;

    #[test]
    fn the_header_is_judged_in_a_fixed_order() {
        let code = |header: &str, payload: &str| {
            let (header, payload) = (header.to_owned().into(), payload.to_owned().into());
            let jwt = Jwt {
                header,
                payload,
                signed: "",
                signature: crate::protocol::secret::SecretBytes::new(Vec::new()),
            };
            read(&jwt).map_or_else(|error| error.code().into(), |(_, key_id)| key_id)
        };
        let good = r#"{"alg":"RS256","kid":"a"}"#;
        for (header, payload, expected) in [
            (good, r#"{"sub":"usr_sample123456"}"#, "a"),
            (good, "{}", "a"),
            (good, "[]", "malformed_token"),
            ("", "{}", "malformed_token"),
            ("[]", r#"{"uid":1}"#, "malformed_token"),
            // What says who it is for is of the second version, whatever stands beside it.
            (good, r#"{"uid":"usr_sample123456"}"#, "v1_token"),
            (good, r#"{"tk":null}"#, "v1_token"),
            (good, r#"{"uid":1,"tk":1,"sub":1}"#, "a"),
            (r#"{"alg":"none"}"#, r#"{"uid":1}"#, "v1_token"),
            (r#"{"alg":"none","kid":"a"}"#, "{}", "unsupported_algorithm"),
            (r#"{"alg":"none","jku":""}"#, "{}", "unsupported_algorithm"),
            (r#"{"alg":"RS256","kid":"a","crit":null}"#, "{}", "unsupported_header"),
            (r#"{"alg":"RS256","kid":"a","jku":""}"#, "{}", "unsupported_header"),
            (r#"{"alg":"RS256","kid":"a","jwk":{}}"#, "{}", "unsupported_header"),
            (r#"{"alg":"RS256","x5c":[]}"#, "{}", "unsupported_header"),
            (r#"{"alg":"RS256","kid":"a","x5u":7}"#, "{}", "unsupported_header"),
            (r#"{"alg":"RS256"}"#, "{}", "missing_key_id"),
            (r#"{"alg":"RS256","kid":""}"#, "{}", "missing_key_id"),
            (r#"{"alg":"RS256","kid":7}"#, "{}", "missing_key_id"),
        ] {
            assert_eq!(code(header, payload), expected, "{header} {payload}");
        }
    }

    fn checked(members: &str, rules: &Rules) -> &'static str {
        let payload = format!("{{{members}}}");
        let payload = Payload::read(Json::object(&payload).unwrap());
        payload.and_then(|payload| payload.check(rules, NOW)).map_or_else(Error::code, |()| "okay")
    }

    #[test]
    fn the_claims_are_judged_in_a_fixed_order() {
        let rules = Rules { account: Some("org_b".into()), ..Rules::default() };
        // Each repairs what was found to be wrong by giving the member once more: the last one counts.
        let mut members = r#""iss":"x","exp":1,"iat":9e9,"nbf":9e9"#.to_owned();
        for (more, expected) in [
            ("", "wrong_issuer"),
            (r#","iss":"https://authrocket.com""#, "missing_claim"),
            (r#","sub":"""#, "invalid_claim"),
            (r#","sub":"usr_sample123456""#, "token_expired"),
            (r#","exp":"1""#, "invalid_claim"),
            (r#","exp":8e9,"iat":null"#, "invalid_claim"),
            (r#","iat":9e9,"nbf":-1"#, "invalid_claim"),
            (r#","nbf":0"#, "token_not_yet_valid"),
            (r#","iat":1"#, "wrong_account"),
            (r#","orgs":[{"oid":"org_a"},{"oid":"org_b"}]"#, "wrong_account"),
            (r#","orgs":[{"oid":"org_a"},{"oid":"org_b","selected":true}]"#, "okay"),
        ] {
            members.push_str(more);
            assert_eq!(checked(&members, &rules), expected, "{members}");
        }
    }

    #[test]
    fn clocks_may_be_apart_by_the_leeway_and_no_more() {
        for (leeway_seconds, exp, iat, nbf, expected) in [
            (0, NOW + 1, NOW, NOW, "okay"),
            (0, NOW, NOW, NOW, "token_expired"),
            (0, NOW + 9, NOW + 1, NOW, "token_not_yet_valid"),
            (0, NOW + 9, NOW, NOW + 1, "token_not_yet_valid"),
            (5, NOW - 4, NOW, NOW, "okay"),
            (5, NOW - 5, NOW, NOW, "token_expired"),
            (5, NOW + 9, NOW + 5, NOW + 5, "okay"),
            (5, NOW + 9, NOW + 6, NOW + 5, "token_not_yet_valid"),
            (5, NOW + 9, NOW + 5, NOW + 6, "token_not_yet_valid"),
            (u32::MAX, 1, (1 << 53) - 1, 0, "token_not_yet_valid"),
            (u32::MAX, 0, NOW, 0, "okay"),
        ] {
            let rules = Rules { leeway_seconds, account: None };
            let members =
                format!(r#""iss":"{ISSUER}","sub":"usr_sample123456","exp":{exp},"iat":{iat},"nbf":{nbf}"#);
            assert_eq!(checked(&members, &rules), expected, "{leeway_seconds} {members}");
        }
    }
}
