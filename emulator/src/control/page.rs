//! The readable page over the control API.

use askama::Template;

use super::people::{self, PersonView, SessionView};
use super::realms::{self, RealmView};
use super::{Control, Outcome};
use crate::pages;
use crate::rate::http_date;
use crate::record::Record;
use crate::settings::Settings;
use crate::state::{Mail, MailView};
use crate::time::Clock;

/// The page's script: buttons, and the log that fills itself.
pub(super) const SCRIPT: &str = include_str!("../../assets/control.js");

/// Most records shown at first; the script adds what comes.
const SHOWN: usize = 50;

/// Most people and sessions shown, because other requests wait while the page is made.
const LISTED: usize = 200;

#[derive(Template)]
#[template(path = "control.html")]
struct ControlPage<'a> {
    lang: &'static str,
    realm: &'a str,
    realms: Vec<RealmView<'a>>,
    mails: Vec<MailView<'a>>,
    people: Vec<PersonView<'a>>,
    more_people: usize,
    sessions: Vec<SessionView<'a>>,
    more_sessions: usize,
    records: Vec<&'a Record>,
    last_record: u64,
    rules: usize,
    now: String,
    frozen: bool,
    choices: Vec<Choice>,
}

/// A setting with few values, to be chosen from. Values are in JSON.
struct Choice {
    name: &'static str,
    label: &'static str,
    values: &'static [(&'static str, &'static str)],
    current: String,
}

/// The settings that tests change most often, by name.
type Values = &'static [(&'static str, &'static str)];
const CHOICES: [(&str, &str, Values); 5] = [
    (
        "signup",
        "Sign-up",
        &[("\"open\"", "open"), ("\"invitation\"", "by invitation"), ("\"closed\"", "closed")],
    ),
    ("org_mode", "Accounts", &[("\"single_user\"", "one each"), ("\"multi_user\"", "several each")]),
    (
        "email_verification",
        "Verification of addresses",
        &[
            ("\"none\"", "none"),
            ("\"optional\"", "optional"),
            ("\"required\"", "required"),
            ("\"preverify\"", "before sign-up"),
        ],
    ),
    ("totp", "Second factor", &[("false", "off"), ("true", "on")]),
    ("jwt_algo", "Tokens signed by", &[("\"rs256\"", "RS256"), ("\"hs256\"", "HS256")]),
];

/// The choices, with what is chosen now.
fn choices(settings: &Settings) -> Vec<Choice> {
    let all = serde_json::to_value(settings).unwrap_or_default();
    let current = |name: &str| all.get(name).map(ToString::to_string).unwrap_or_default();
    CHOICES.map(|(name, label, values)| Choice { name, label, values, current: current(name) }).into()
}

/// `GET /_emulator/`.
pub(super) fn show(control: &Control<'_>) -> Outcome {
    let realm = control.realm()?;
    let now = realm.clock.read(control.host_time);
    let records = realm.log.records();
    let page = ControlPage {
        lang: "en",
        realm: &realm.host,
        realms: control.service.realms.values().map(|realm| realms::view(control.service, realm)).collect(),
        mails: realm.mails.iter().rev().map(Mail::view).collect(),
        more_people: realm.users.len().saturating_sub(LISTED),
        people: realm.users.values().take(LISTED).map(|user| people::view(realm, user, now)).collect(),
        more_sessions: realm.live_sessions(now).count().saturating_sub(LISTED),
        sessions: realm
            .live_sessions(now)
            .take(LISTED)
            .map(|session| people::session_view(realm, session))
            .collect(),
        records: records.iter().rev().take(SHOWN).collect(),
        last_record: records.last().map_or(0, |record| record.number),
        rules: realm.script.rules().len(),
        now: http_date(now.seconds()),
        choices: choices(&realm.settings),
        frozen: matches!(realm.clock, Clock::Frozen(_)),
    };
    pages::page(&page, &[])
}
