//! What holds whatever is called in whatever order: drawn sequences of calls, checked after every step.

use std::collections::BTreeSet;

use http::Request;
use loginrocket_emulator::state::{Credential, Secret};
use loginrocket_emulator::{Listener, totp};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Answer, Emulator, answer, rng};

const SEED: &str = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";

/// Few people, so that calls meet.
const PEOPLE: [&str; 3] = ["ann@example.com", "bob@example.com", "eve@example.com"];
const PASSWORDS: [&str; 2] = ["a-good-password", "another-good-one"];

#[derive(Clone, Debug)]
enum Step {
    SignUp { person: usize },
    LogIn { person: usize, password: usize },
    Refresh { session: usize, foreign_account: bool },
    LogOut { session: usize },
    Forget { person: usize },
    Reset { mail: usize, password: usize },
    ChangePassword { session: usize, old: usize, new: usize },
    ChangeEmail { session: usize, person: usize },
    Verify { mail: usize },
    AddAccount { person: usize },
    AddSecondFactor { person: usize },
    SetActive { person: usize, active: bool },
    Wait { minutes: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let (person, password, index) = (0..PEOPLE.len(), 0..PASSWORDS.len(), 0..6_usize);
    prop_oneof![
        3 => person.clone().prop_map(|person| Step::SignUp { person }),
        4 => (person.clone(), password.clone()).prop_map(|(person, password)| Step::LogIn { person, password }),
        4 => (index.clone(), any::<bool>()).prop_map(|(session, foreign_account)| Step::Refresh { session, foreign_account }),
        2 => index.clone().prop_map(|session| Step::LogOut { session }),
        2 => person.clone().prop_map(|person| Step::Forget { person }),
        3 => (index.clone(), password.clone()).prop_map(|(mail, password)| Step::Reset { mail, password }),
        2 => (index.clone(), password.clone(), password).prop_map(|(session, old, new)| Step::ChangePassword { session, old, new }),
        2 => (index.clone(), person.clone()).prop_map(|(session, person)| Step::ChangeEmail { session, person }),
        2 => index.prop_map(|mail| Step::Verify { mail }),
        1 => person.clone().prop_map(|person| Step::AddAccount { person }),
        1 => person.clone().prop_map(|person| Step::AddSecondFactor { person }),
        2 => (person, any::<bool>()).prop_map(|(person, active)| Step::SetActive { person, active }),
        1 => (1..900_u64).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

/// What the outside knows.
struct World {
    emulator: Emulator,
    sessions: Vec<String>,
    /// Sessions that were seen to be over, or ended by a call that said so.
    dead: BTreeSet<String>,
    used_tokens: BTreeSet<String>,
}

impl World {
    fn new() -> Self {
        let mut emulator = Emulator::new();
        let change =
            json!({ "email_verification": "optional", "totp": true, "assumptions": { "login_attempts": 4 } });
        emulator.put("/_emulator/settings", &change);
        Self { emulator, sessions: Vec::new(), dead: BTreeSet::new(), used_tokens: BTreeSet::new() }
    }

    fn session(&self, index: usize) -> String {
        self.sessions.get(index).cloned().unwrap_or_else(|| "kss_sample123456".into())
    }

    fn mailed(&mut self, index: usize) -> String {
        let mails = self.emulator.get("/_emulator/mails").body["mails"].as_array().unwrap().clone();
        let newest_first = mails.iter().rev().nth(index);
        newest_first.map_or_else(|| "tpw:sample".into(), |mail| mail["token"].as_str().unwrap().to_owned())
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::SignUp { person } => {
                let body = json!({ "email": PEOPLE[person], "password": PASSWORDS[0] });
                let answer = self.emulator.post("/v2/signup", &body);
                self.note_login(answer);
            }
            Step::LogIn { person, password } => {
                let body = json!({ "email": PEOPLE[person], "password": PASSWORDS[password] });
                let answer = self.emulator.post("/v2/login", &body);
                self.note_login(answer);
            }
            Step::Refresh { session, foreign_account } => {
                let session = self.session(session);
                let account = if foreign_account { "&account=org_sample123456" } else { "" };
                let answer = self.emulator.get(&format!("/v2/session?session={session}{account}"));
                Self::check_token(&answer);
            }
            Step::LogOut { session } => {
                let session = self.session(session);
                self.emulator.delete(&format!("/v2/session?session={session}"));
                self.dead.insert(session);
            }
            Step::Forget { person } => {
                self.emulator.post("/v2/password/forgot", &json!({ "email": PEOPLE[person] })).is_okay();
            }
            Step::Reset { mail, password } => {
                let token = self.mailed(mail);
                let before = self.live();
                let body = json!({ "token": token, "password": PASSWORDS[password] });
                let answer = self.emulator.post("/v2/password/reset", &body);
                self.use_token(&token, answer.status == 200);
                let answer = self.give_second_factor(answer);
                if answer.status == 200 {
                    let user = answer.claims()["sub"].as_str().unwrap().to_owned();
                    self.dead
                        .extend(before.into_iter().filter(|(_, owner)| *owner == user).map(|(id, _)| id));
                }
                self.note_login(answer);
            }
            Step::ChangePassword { session, old, new } => {
                let session = self.session(session);
                let before = self.live();
                let body = json!({ "session": session, "current_password": PASSWORDS[old], "password": PASSWORDS[new] });
                if self.emulator.post("/v2/profile/password", &body).status == 200 {
                    let user = before.iter().find(|(id, _)| *id == session).map(|(_, user)| user.clone());
                    let others = before
                        .into_iter()
                        .filter(|(id, owner)| Some(owner) == user.as_ref() && *id != session);
                    self.dead.extend(others.map(|(id, _)| id));
                    self.emulator.refresh(&session).is_full_login();
                }
            }
            Step::ChangeEmail { session, person } => {
                let body = json!({ "session": self.session(session), "email": PEOPLE[person] });
                let answer = self.emulator.put("/v2/profile", &body);
                Self::check_token(&answer);
            }
            Step::Verify { mail } => {
                let token = self.mailed(mail);
                let answer = self.emulator.post("/v2/email/verify", &json!({ "token": token }));
                self.use_token(&token, answer.status == 200);
            }
            Step::AddAccount { person } => {
                let (now, realm) = (self.emulator.now, self.emulator.realm());
                if let Some(user) = realm.find_user(PEOPLE[person]).map(|user| user.id.clone()) {
                    realm.add_org("Second", &user, now, &mut rng());
                }
            }
            Step::AddSecondFactor { person } => {
                let (now, realm) = (self.emulator.now, self.emulator.realm());
                if let Some(user) = realm.find_user(PEOPLE[person]).map(|user| user.id.clone()) {
                    let credential = Credential {
                        id: format!("crd_{user}"),
                        user,
                        name: "Authenticator".into(),
                        secret: Secret::new(SEED),
                        active: true,
                        last_step: None,
                        created_at: now,
                    };
                    realm.credentials.insert(credential.id.clone(), credential);
                }
            }
            Step::SetActive { person, active } => {
                let before = self.live();
                let state = if active { "active" } else { "inactive" };
                let body = json!({ "user": { "state": state } }).to_string().into_bytes();
                let request = Request::put(format!("/v2/users/{}", PEOPLE[person]))
                    .header("authrocket-api-key", self.emulator.api_key())
                    .header("content-type", "application/json")
                    .body(body);
                let answer = answer(self.emulator.reply(Listener::Core, &request.unwrap()));
                if answer.status == 200 && !active {
                    let own = before.into_iter().filter(|(_, owner)| answer.body["id"] == **owner);
                    self.dead.extend(own.map(|(id, _)| id));
                }
            }
            Step::Wait { minutes } => self.emulator.advance_minutes(minutes),
        }
    }

    /// Nobody has a session before the second factor where one is due, and everybody has one after it.
    fn give_second_factor(&mut self, answer: Answer) -> Answer {
        if answer.body["result"] != "totp_required" {
            return answer;
        }
        assert!(answer.body.get("session").is_none());
        let (token, code) = (answer.token(), totp::code(SEED, self.emulator.now).unwrap());
        self.emulator.post("/v2/login/verify", &json!({ "token": token, "code": code })).is_full_login()
    }

    fn note_login(&mut self, answer: Answer) {
        let answer = self.give_second_factor(answer);
        Self::check_token(&answer);
        if answer.status == 200 {
            self.sessions.push(answer.session());
        }
    }

    /// An account's token names exactly one account, and it is the one of the answer.
    fn check_token(answer: &Answer) {
        if answer.body["result"] == "full_login" {
            let claims = answer.claims();
            let orgs = claims["orgs"].as_array().unwrap();
            assert_eq!(
                (orgs.len(), &orgs[0]["oid"], &orgs[0]["selected"]),
                (1, &answer.body["account"], &json!(true))
            );
            assert_eq!(claims["sid"], answer.body["session"]);
        }
    }

    /// A one-time token works once.
    fn use_token(&mut self, token: &str, worked: bool) {
        let first = self.used_tokens.insert(token.to_owned());
        if worked {
            assert!(first, "a token worked twice");
        } else {
            // It may still work later, when the call was refused for another reason.
            if first {
                self.used_tokens.remove(token);
            }
        }
    }

    /// Live sessions and their owners, as the realm has them.
    fn live(&mut self) -> Vec<(String, String)> {
        let now = self.emulator.now;
        let sessions = self.emulator.realm().sessions.values();
        sessions
            .filter(|session| session.expires_at > now)
            .map(|found| (found.id.reveal().to_owned(), found.user.clone()))
            .collect()
    }

    fn check(&mut self) {
        for session in self.sessions.clone() {
            let status = self.emulator.refresh(&session).status;
            if self.dead.contains(&session) {
                assert_eq!(status, 403, "a session that was over works again");
            } else if status == 403 {
                self.dead.insert(session);
            }
        }
        let emails: Vec<&String> =
            self.emulator.realm().users.values().filter_map(|user| user.email.as_ref()).collect();
        let distinct: BTreeSet<&String> = emails.iter().copied().collect();
        assert_eq!(emails.len(), distinct.len(), "two people share an e-mail");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn promises_hold_for_every_sequence_of_calls(steps in vec(step(), 1..40)) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
            world.check();
        }
    }
}
