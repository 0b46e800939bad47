//! The sample answers that SDK and emulator share: each of them is produced here with the same members and types.

use std::collections::BTreeMap;

use loginrocket_emulator::settings::{Field, OrgMode};
use serde_json::{Value, json};

use crate::support::{ADA, Answer, Emulator, PASSWORD};

fn samples() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/answers.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Members and the JSON types of their values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(items) => items.first().map_or(json!([]), |item| json!([shape(item)])),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("boolean"),
        Value::Null => json!(null),
    }
}

fn produce(name: &str) -> Answer {
    let mut emulator = Emulator::new();
    match name {
        "full_login" => emulator.log_in(),
        "no_account_selected" => {
            emulator.settings().org_mode = OrgMode::MultiUser;
            emulator.log_in()
        }
        "must_complete_profile" => {
            emulator.settings().username_field = Field::Required;
            emulator.log_in()
        }
        "second_factor" => {
            let document = json!({ "realms": [{ "name": "default", "settings": { "totp": true },
                "people": [{ "email": ADA, "password": PASSWORD, "totp_seed": "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U" }] }] });
            Emulator::from_seed(&document.to_string()).log_in()
        }
        "okay" => emulator.post("/v2/password/forgot", &json!({ "email": ADA })),
        "refusal" => emulator.post("/v2/login", &json!({})),
        _ => panic!("the emulator knows no way to produce {name}"),
    }
}

#[test]
fn every_sample_answer_is_produced_as_it_is_written_down() {
    let samples: BTreeMap<String, Value> = serde_json::from_value(samples()).unwrap();
    for (name, sample) in samples.iter().filter(|(name, _)| *name != "about") {
        let answer = produce(name);
        assert_eq!(answer.status, sample["status"].as_u64().unwrap() as u16, "{name}");
        assert_eq!(shape(&answer.body), shape(&sample["body"]), "{name}");
        assert_eq!(answer.body["result"], sample["body"]["result"], "{name}");
        assert_eq!(answer.body["conditions"], sample["body"]["conditions"], "{name}");
    }
}
