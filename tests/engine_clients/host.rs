//! What the clients' browser and service do with each effect, and what goes wrong with it.

use super::{Clients, Fault};
use crate::engine_tokens::{jwks, parameter, payload, reply, signed_in_body, signed_jwt};
use loginrocket_wasm::{
    engine::{Answer, Effect, Id, Input, Signature, StoreFault},
    protocol::{
        endpoint::Method,
        request::Request,
        response::{Headers, Reply},
        secret::Secret,
        text::Text,
    },
};

const KEY: &str = "key_1";
const TOKEN_SECONDS: u64 = 600;

/// How long anything takes.
const NETWORK_MS: u64 = 20;

/// How long a request of the app's takes that is not answered, since the engine sets it no bound.
const APP_MS: u64 = 40_000;

/// A token that the service's key has signed.
pub fn token(session: &str, account: &str, subject: &str, issued_at: u64) -> String {
    let payload = payload(session, Some(account), issued_at, issued_at + TOKEN_SECONDS);
    signed_jwt(KEY, &payload.replace("usr_sample123456", subject))
}

impl Clients {
    fn next_fault(&mut self) -> Fault {
        if self.is_well {
            return Fault::None;
        }
        self.effects += 1;
        self.faults[self.effects % self.faults.len()]
    }

    fn later(&mut self, client: usize, ms: u64, input: Input) {
        self.count += 1;
        self.events.insert((self.now_ms + ms, self.count), (client, input));
    }

    /// Reports what came of an effect, as the fault has it; `failed` is one of several failures.
    fn report(
        &mut self,
        client: usize,
        fault: Fault,
        ms: u64,
        done: Input,
        failed: impl FnOnce(u8) -> Input,
    ) {
        match fault {
            Fault::None => self.later(client, ms, done),
            Fault::Fails(how) => self.later(client, ms, failed(how)),
            Fault::Silent => {}
            Fault::Late(late) => self.later(client, ms + late, done),
            Fault::Twice => {
                self.later(client, ms, done.clone());
                self.later(client, ms + 1, done);
            }
        }
    }

    pub(super) fn perform(&mut self, client: usize, effect: Effect) {
        match effect {
            Effect::Settle { ids, answer } => self.settle(client, ids, &answer),
            Effect::Fetch { id, request } => self.fetch(client, id, &request),
            Effect::Read { id, key } => {
                let held = self.stores.get(&key).cloned();
                self.report_store(client, id, held);
            }
            Effect::Write { id, key, value } => self.write(client, id, &key, Some(value)),
            Effect::Remove { id, key } => self.write(client, id, &key, None),
            Effect::ReadTab { id, .. } => self.report_store(client, id, None),
            Effect::Lock { id, name } => self.lock(client, id, name),
            Effect::Unlock { id } => self.unlock(client, id),
            Effect::FindSiblings { id, name } => {
                let is_there =
                    |other: usize| other != client && self.list[other].announced.as_ref() == Some(&name);
                let are_there = (0..self.list.len()).any(is_there);
                let fault = self.next_fault();
                self.report(client, fault, 1, Input::SiblingsFound { id, are_there }, |_| {
                    Input::SiblingsFound { id, are_there: !are_there }
                });
            }
            Effect::Announce { name } => self.list[client].announced = name,
            Effect::Listen { name } => self.list[client].channel = name,
            Effect::Post { text } => self.post(client, &text),
            Effect::WakeAt { at_ms } => self.list[client].wake_at = at_ms,
            Effect::Watch { is_on: true } => {
                self.later(client, 0, Input::Visible { is_visible: true });
                self.later(client, 0, Input::Online { is_online: true });
            }
            Effect::VerifySignature { id, .. } => {
                let fault = self.next_fault();
                let good = Input::Verified { id, signature: Signature::Good { key_bits: 2048 } };
                self.report(client, fault, 1, good, |how| {
                    let signature = match how % 4 {
                        0 => Signature::Bad { key_bits: 2048 },
                        1 => Signature::Good { key_bits: 512 },
                        2 => Signature::UnreadableKey,
                        _ => Signature::Unavailable,
                    };
                    Input::Verified { id, signature }
                });
            }
            Effect::SendAuthorized { id, .. } => self.send_authorized(client, id),
            Effect::Release { id } => {
                if self.list[client].waits.contains_key(&id) {
                    self.settle(client, vec![id], &Answer::Done);
                }
            }
            Effect::Abort { .. }
            | Effect::WriteTab { .. }
            | Effect::Notify
            | Effect::Watch { .. }
            | Effect::ReplaceUrl { .. }
            | Effect::Navigate { .. } => {}
        }
    }

    /// The app waits for its own request now, which is answered at some time whatever goes wrong.
    fn send_authorized(&mut self, client: usize, id: Id) {
        let wait = self.list[client].waits.get_mut(&id).expect("a request that nobody made");
        wait.deadline_ms = None;
        let (ms, status) = match self.next_fault() {
            Fault::None | Fault::Twice => (NETWORK_MS, 200),
            Fault::Fails(how) => (NETWORK_MS, [401, 0, 500][usize::from(how) % 3]),
            Fault::Late(ms) => (ms, 401),
            Fault::Silent => (APP_MS, 0),
        };
        self.later(client, ms, Input::Authorized { id, status });
    }

    // ------------------------------------------------------------------------------------------ the service

    fn fetch(&mut self, client: usize, id: Id, request: &Request) {
        let fault = self.next_fault();
        let url = request.url.expose();
        let session = parameter(url, "session").unwrap_or_default();
        let done = if url.ends_with("/connect/jwks") {
            reply(200, &jwks(KEY))
        } else if request.method == Method::Delete {
            self.ended.push(session.to_owned());
            reply(204, "")
        } else if request.method == Method::Post {
            self.count += 1;
            self.signed_in(&format!("kss_{}", self.count), "org_0")
        } else if session.is_empty() || self.ended.iter().any(|ended| ended == session) {
            reply(403, "{}")
        } else {
            self.signed_in(session, parameter(url, "account").unwrap_or("org_0"))
        };
        let done = Input::Replied { id, reply: done };
        self.report(client, fault, NETWORK_MS, done, |how| match how % 6 {
            0 => Input::Unanswered { id, is_misuse: false },
            1 => Input::Unanswered { id, is_misuse: true },
            2 => Input::Replied { id, reply: reply(503, "") },
            3 => Input::Replied { id, reply: reply(403, "{}") },
            4 => Input::Replied { id, reply: reply(200, "{") },
            _ => {
                let headers = Headers { retry_after: Some("30".into()), ..Headers::default() };
                Input::Replied { id, reply: Reply { headers, ..reply(429, "") } }
            }
        });
    }

    fn signed_in(&self, session: &str, account: &str) -> Reply {
        let token = token(session, account, "usr_sample123456", self.wall());
        reply(200, &signed_in_body(session, Some(account), &token))
    }

    // ------------------------------------------------------------------------------------------ the browser

    fn report_store(&mut self, client: usize, id: Id, held: Option<Secret>) {
        let fault = self.next_fault();
        self.report(client, fault, 0, Input::Stored { id, result: Ok(held) }, |how| {
            let fault = StoreFault::ALL[usize::from(how) % StoreFault::ALL.len()];
            Input::Stored { id, result: Err(fault) }
        });
    }

    fn write(&mut self, client: usize, id: Id, key: &Text, value: Option<Secret>) {
        match value {
            Some(value) => self.stores.insert(key.clone(), value),
            None => self.stores.remove(key),
        };
        for other in (0..self.list.len()).filter(|other| *other != client) {
            self.later(other, 2, Input::StorageChanged { key: Some(key.clone()) });
        }
        self.report_store(client, id, None);
    }

    fn post(&mut self, client: usize, text: &Secret) {
        let Some(name) = self.list[client].channel.clone() else { return };
        for other in (0..self.list.len()).filter(|other| *other != client) {
            if self.list[other].channel.as_ref() == Some(&name) {
                self.later(other, 1, Input::Message { text: text.clone() });
            }
        }
    }

    fn lock(&mut self, client: usize, id: Id, name: Text) {
        let fault = self.next_fault();
        match fault {
            Fault::Silent => {}
            Fault::Fails(_) => self.later(client, 0, Input::LockSettled { id, is_granted: false }),
            Fault::None | Fault::Late(_) | Fault::Twice => {
                let queue = self.locks.entry(name).or_default();
                queue.push_back((client, id));
                if queue.len() == 1 {
                    let granted = Input::LockSettled { id, is_granted: true };
                    self.report(client, fault, 0, granted.clone(), |_| granted);
                }
            }
        }
    }

    fn unlock(&mut self, client: usize, id: Id) {
        let mut granted = Vec::new();
        for queue in self.locks.values_mut() {
            let was_first = queue.front() == Some(&(client, id));
            queue.retain(|waiting| *waiting != (client, id));
            if was_first {
                granted.extend(queue.front().copied());
            }
        }
        for (client, id) in granted {
            self.later(client, 0, Input::LockSettled { id, is_granted: true });
        }
    }
}
