//! What the guide shows of Rust in back ends, as it stands there, with tokens that another library made.

use serde_json::Value;

use loginrocket_wasm::{Error, native::KeySet, protocol::verify::Rules};

/// `jwks` is the text at `<LoginRocket URL>connect/jwks`; `now` is in epoch seconds.
fn person_of(jwt: &str, jwks: &str, now: u64) -> Result<String, Error> {
    let keys = KeySet::from_json(jwks)?;
    let token = keys.verify(jwt, &Rules::default(), now)?;
    Ok(token.claims.subject.to_string())
}

#[test]
fn a_back_end_takes_good_tokens_and_no_others() {
    let file: Value = serde_json::from_str(include_str!("fixtures/tokens/tokens.json")).unwrap();
    let (jwks, now) = (file["jwks"].to_string(), file["now"].as_u64().unwrap());
    // Some rows ask for another leeway or for an account, which this back end does not.
    let plain = |row: &&Value| row["leewaySeconds"].is_null() && row["account"].is_null();
    let mut good = 0;
    for row in file["rows"].as_array().unwrap().iter().filter(plain) {
        let verdict = person_of(row["token"].as_str().unwrap(), &jwks, now);
        match row["code"].as_str().unwrap() {
            "okay" => {
                assert!(verdict.unwrap().starts_with("usr_"), "{}", row["name"]);
                good += 1;
            }
            code => assert_eq!(verdict.unwrap_err().code(), code, "{}", row["name"]),
        }
    }
    assert!(good > 0);
}
