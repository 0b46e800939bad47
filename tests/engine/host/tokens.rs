//! The tokens of `tests/fixtures/tokens`, which another library made.

use serde_json::Value as Json;
use std::sync::LazyLock;

pub struct Tokens {
    /// The time at which each is judged, in epoch seconds; that at which every browser begins.
    pub now: u64,
    pub jwks: Json,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub name: String,
    pub token: String,
    /// What it comes to; `okay` if it is good.
    pub code: String,
    pub leeway_seconds: Option<u32>,
    pub account: Option<String>,
}

pub fn all() -> &'static Tokens {
    static ALL: LazyLock<Tokens> = LazyLock::new(read);
    &ALL
}

fn read() -> Tokens {
    let file: Json = serde_json::from_str(include_str!("../../fixtures/tokens/tokens.json")).unwrap();
    let text = |row: &Json, member: &str| row[member].as_str().map(str::to_owned);
    let row = |row: &Json| Row {
        name: text(row, "name").unwrap(),
        token: text(row, "token").unwrap(),
        code: text(row, "code").unwrap(),
        leeway_seconds: row["leewaySeconds"].as_u64().map(|seconds| u32::try_from(seconds).unwrap()),
        account: text(row, "account"),
    };
    Tokens {
        now: file["now"].as_u64().unwrap(),
        jwks: file["jwks"].clone(),
        rows: file["rows"].as_array().unwrap().iter().map(row).collect(),
    }
}

/// The token of that name.
pub fn token(name: &str) -> String {
    let row = all().rows.iter().find(|row| row.name == name);
    row.unwrap_or_else(|| panic!("there is no token \"{name}\"")).token.clone()
}
