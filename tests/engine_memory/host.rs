//! A host that keeps nothing: what an engine wants done is noted by its number, and texts are made when they are given.

use crate::watch::MARK;
use loginrocket_wasm::{
    engine::{
        Answer, AuthorizedFetch, CallOptions, Effect, Engine, Id, Input, Platform, Setup, Signature,
        StorageScope, TokenPolicy, session::Want,
    },
    protocol::{
        config::Config,
        endpoint::{Endpoint, Method},
        request::Params,
        response::{Body, Reply},
        secret::Secret,
        time::Moment,
        url::BaseUrl,
        verify::Leeway,
    },
};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
};
use zeroize::Zeroizing;

/// Of the person's own session, of another one of theirs, and of somebody else's.
pub const SESSIONS: [&str; 3] =
    ["kss_Qm7TzXw4RkPd2Ny8VbLc0F", "kss_Wd9HsJq1UgEe5Ao3CiMk6T", "kss_Zp4BvFn7LxRy0Gt2KuSh8D"];

const PEOPLE: [&str; 3] = ["usr_sample123456", "usr_sample123456", "usr_sample654321"];

/// Text in a block that never grows.
fn text(write: impl FnOnce(&mut String)) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2_048));
    write(&mut text);
    assert!(text.capacity() == 2_048, "it has grown, and left its old block behind");
    text
}

fn secret(mut text: Zeroizing<String>) -> Secret {
    Secret::new(std::mem::take(&mut *text))
}

/// RFC 4648 §5, without padding.
fn push_base64url(text: &mut String, bytes: &[u8]) {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..=chunk.len() {
            text.push(char::from(SYMBOLS[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
}

/// A token of a session: which one it is, by number.
#[derive(Clone, Copy)]
pub struct Minted {
    pub session: usize,
    pub serial: u8,
    pub issued_at: u64,
    pub account: u8,
}

impl Minted {
    fn signature(self) -> [u8; 256] {
        std::array::from_fn(|at| (at as u8).wrapping_mul(37) ^ self.serial.wrapping_mul(91) ^ 0x6c)
    }

    fn jwt(self) -> Zeroizing<String> {
        let payload = text(|json| {
            write!(
                json,
                r#"{{"jti":"{0:03}{0:03}{0:03}{0:03}{0:03}{0:03}","sid":"{1}","sub":"{2}","iat":{3},"exp":{4},"iss":"https://authrocket.com","orgs":[{{"oid":"org_{5}","selected":true}}]}}"#,
                self.serial,
                SESSIONS[self.session],
                PEOPLE[self.session],
                self.issued_at,
                self.issued_at + 600,
                self.account,
            )
            .unwrap();
        });
        text(|jwt| {
            push_base64url(jwt, br#"{"alg":"RS256","kid":"key_1"}"#);
            jwt.push('.');
            push_base64url(jwt, payload.as_bytes());
            jwt.push('.');
            push_base64url(jwt, &self.signature());
        })
    }

    /// What tells that a text is, or has been made of, this token: its payload and its signature as they are written, and
    /// the latter as it is read. A payload that was read has the session id in it.
    pub fn marks(self) -> [[u8; MARK]; 3] {
        let jwt = self.jwt();
        let part = |number: usize, from: usize| -> [u8; MARK] {
            let part = jwt.split('.').nth(number).unwrap();
            part.as_bytes()[from..from + MARK].try_into().unwrap()
        };
        [part(1, 12), part(2, 40), self.signature()[64..64 + MARK].try_into().unwrap()]
    }
}

/// What tells that a text is that session's id.
pub fn session_mark(session: usize) -> [u8; MARK] {
    SESSIONS[session].as_bytes()[8..8 + MARK].try_into().unwrap()
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Login,
    Refresh,
    Logout,
    Keys,
    Profile,
}

pub struct Host {
    engine: Engine,
    now: Moment,
    /// What the store holds, so that nothing looks like it.
    stored: Option<Vec<u8>>,
    pub under_way: Vec<(Id, Purpose)>,
    pub verifying: Vec<Id>,
    pub sent: Vec<Id>,
    pub answers: BTreeMap<Id, &'static str>,
    ids: Id,
}

const KEY: u8 = 0xa7;

impl Host {
    pub fn new(policy: TokenPolicy) -> Self {
        let now = Moment { mono_ms: 1_000, wall: 1_790_000_000 };
        let platform = Platform {
            scope: StorageScope::Shared,
            has_locks: true,
            has_channel: true,
            has_crypto: true,
            seed: 1843,
            ..Platform::default()
        };
        let url = BaseUrl::parse("https://sample.e2.loginrocket.com").ok();
        let config = Config { url, ..Config::default() };
        let (engine, effects) = Engine::new(now, Setup { config, platform, policy, ..Setup::default() });
        let mut host = Self {
            engine,
            now,
            stored: None,
            under_way: Vec::new(),
            verifying: Vec::new(),
            sent: Vec::new(),
            answers: BTreeMap::new(),
            ids: 0,
        };
        host.perform_all(effects);
        host
    }

    pub fn mint(&self, session: usize, serial: u8) -> Minted {
        Minted { session, serial, issued_at: self.now.wall, account: 0 }
    }

    pub fn state(&self) -> &'static str {
        self.engine.session().snapshot().state.as_str()
    }

    pub fn pass(&mut self, seconds: u64) {
        self.now.mono_ms += seconds * 1_000;
        self.now.wall += seconds;
        self.input(Input::Woke);
    }

    // ------------------------------------------------------------------------------------------ what an app asks

    fn id(&mut self) -> Id {
        self.ids += 1;
        self.ids
    }

    pub fn call(&mut self, endpoint: Endpoint) -> Id {
        let id = self.id();
        let (params, options) = (Params("{}".into()), CallOptions::default());
        self.input(Input::Call { id, endpoint, params, options });
        id
    }

    pub fn want(&mut self, want: Want) -> Id {
        let id = self.id();
        self.input(Input::Want { id, want, options: CallOptions::default() });
        id
    }

    pub fn authorize(&mut self) -> Id {
        let id = self.id();
        let request = AuthorizedFetch {
            origin: None,
            is_same_origin: true,
            is_authorized: false,
            is_repeatable: true,
            is_aborted: false,
        };
        self.input(Input::Authorize { id, request });
        id
    }

    pub fn sign_out(&mut self) -> Id {
        let id = self.id();
        self.input(Input::SignOut { id });
        id
    }

    pub fn adopt(&mut self, minted: Option<Minted>, switch_user: bool) -> Id {
        let id = self.id();
        let url = minted.map(|minted| {
            let jwt = minted.jwt();
            secret(text(|url| write!(url, "https://app.example.com/?token={}&tab=2", &**jwt).unwrap()))
        });
        self.input(Input::Adopt { id, url, is_location: true, switch_user, leeway: Leeway::default() });
        id
    }

    /// A link whose token has lost some letters of its end.
    pub fn adopt_cut(&mut self, minted: Minted, cut: usize) {
        let (id, jwt) = (self.id(), minted.jwt());
        let left = jwt.split_at(jwt.len() - cut).0;
        let url = Some(secret(text(|url| write!(url, "https://app.example.com/?token={left}").unwrap())));
        let leeway = Leeway::default();
        self.input(Input::Adopt { id, url, is_location: false, switch_user: false, leeway });
    }

    pub fn verify(&mut self, minted: Minted) -> Id {
        let id = self.id();
        let token = secret(minted.jwt());
        self.input(Input::VerifyToken {
            id,
            token,
            rules: loginrocket_wasm::protocol::verify::Rules::default(),
        });
        id
    }

    pub fn decode(&mut self, minted: Minted) -> Id {
        let id = self.id();
        self.input(Input::DecodeToken { id, token: secret(minted.jwt()) });
        id
    }

    // ------------------------------------------------------------------------------------------ what comes of it

    fn next(&mut self, purpose: Purpose) -> Id {
        let at = self.under_way.iter().position(|(_, own)| *own == purpose);
        self.under_way.remove(at.unwrap_or_else(|| panic!("no {purpose:?} is under way"))).0
    }

    fn reply(&mut self, purpose: Purpose, status: u16, body: Secret) {
        let id = self.next(purpose);
        let reply = Reply { status, body: Body::Text(body), ..Reply::default() };
        self.input(Input::Replied { id, reply });
    }

    pub fn sign_in_with(&mut self, purpose: Purpose, minted: Minted) {
        let jwt = minted.jwt();
        let body = secret(text(|body| {
            let (session, account) = (SESSIONS[minted.session], minted.account);
            write!(body, r#"{{"session":"{session}","account":"org_{account}","token":"{}"}}"#, &**jwt)
                .unwrap();
        }));
        self.reply(purpose, 200, body);
    }

    pub fn refuse(&mut self, purpose: Purpose, status: u16) {
        self.reply(purpose, status, "".into());
    }

    pub fn give_keys(&mut self) {
        let jwks = crate::engine_tokens::jwks("key_1");
        self.reply(Purpose::Keys, 200, jwks.into());
    }

    pub fn verified(&mut self, signature: Signature) {
        let id = self.verifying.remove(0);
        self.input(Input::Verified { id, signature });
    }

    /// Another tab says something with a session in it: what comes after that, in the form of messages.
    pub fn message(&mut self, session: usize, rest: &str) {
        let said =
            text(|said| write!(said, r#"{{"v":"1","session":"{}",{rest}}}"#, SESSIONS[session]).unwrap());
        self.input(Input::Message { text: secret(said) });
    }

    pub fn message_token(&mut self, minted: Minted) {
        let (jwt, session, wall) = (minted.jwt(), SESSIONS[minted.session], self.now.wall);
        let said = text(|said| {
            write!(
                said,
                r#"{{"v":"1","session":"{session}","account":"org_{}","token":"{}","asked_at":"{wall}"}}"#,
                minted.account, &**jwt
            )
            .unwrap();
        });
        self.input(Input::Message { text: secret(said) });
    }

    /// Another tab stores that somebody signed out.
    pub fn store_sign_out(&mut self) {
        self.stored = Some(br#"{"v":"1","signed_out":"true"}"#.map(|byte| byte ^ KEY).to_vec());
        self.input(Input::StorageChanged { key: None });
        self.pass(1);
    }

    pub fn input(&mut self, input: Input) {
        let effects = self.engine.handle(self.now, input);
        self.perform_all(effects);
    }

    fn perform_all(&mut self, effects: Vec<Effect>) {
        let mut reports = VecDeque::new();
        for effect in effects {
            self.perform(effect, &mut reports);
        }
        while let Some(input) = reports.pop_front() {
            for effect in self.engine.handle(self.now, input) {
                self.perform(effect, &mut reports);
            }
        }
    }

    fn perform(&mut self, effect: Effect, reports: &mut VecDeque<Input>) {
        match effect {
            Effect::Fetch { id, request } => {
                let purpose = match request.method {
                    Method::Delete => Purpose::Logout,
                    Method::Post => Purpose::Login,
                    Method::Put => Purpose::Profile,
                    Method::Get if request.url.expose().ends_with("jwks") => Purpose::Keys,
                    Method::Get => Purpose::Refresh,
                };
                self.under_way.push((id, purpose));
            }
            Effect::Abort { id } => self.under_way.retain(|(own, _)| *own != id),
            Effect::Read { id, .. } => {
                let held = self.stored.as_ref().map(|bytes| {
                    let held = text(|held| held.extend(bytes.iter().map(|byte| char::from(byte ^ KEY))));
                    secret(held)
                });
                reports.push_back(Input::Stored { id, result: Ok(held) });
            }
            Effect::Write { id, value, .. } => {
                self.stored = Some(value.expose().bytes().map(|byte| byte ^ KEY).collect());
                reports.push_back(Input::Stored { id, result: Ok(None) });
            }
            Effect::Remove { id, .. } => {
                self.stored = None;
                reports.push_back(Input::Stored { id, result: Ok(None) });
            }
            Effect::Lock { id, .. } => reports.push_back(Input::LockSettled { id, is_granted: true }),
            Effect::FindSiblings { id, .. } => {
                reports.push_back(Input::SiblingsFound { id, are_there: false });
            }
            Effect::Watch { is_on: true } => {
                reports.push_back(Input::Visible { is_visible: true });
                reports.push_back(Input::Online { is_online: true });
            }
            Effect::VerifySignature { id, .. } => self.verifying.push(id),
            Effect::SendAuthorized { id, .. } => self.sent.push(id),
            Effect::Settle { ids, answer } => {
                let code = match &answer {
                    Answer::Failed { failure }
                    | Answer::Refused { failure }
                    | Answer::NotAdopted { failure, .. } => failure.error.code(),
                    Answer::Adopted { is_adopted: false, .. } => "nothing",
                    _ => "okay",
                };
                self.answers.extend(ids.into_iter().map(|id| (id, code)));
            }
            _ => {}
        }
    }
}
