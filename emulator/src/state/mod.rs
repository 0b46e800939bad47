//! A realm: one isolated store of people, accounts and sessions (protocol.md#identifiers), and the rules that hold
//! between its records. What the API says about them is decided in `routes`.

mod mails;
mod owned;
mod records;

pub use mails::{Mail, MailKind, MailView};
pub use owned::{HasOwner, Owned};
pub use records::{
    AuthProvider, Client, ClientApp, Credential, Domain, Handshake, Invitation, InvitationKind, IssuedToken,
    Membership, OneTimeToken, Org, Purpose, Secret, Session, User, Verification,
};

use indexmap::IndexMap;
use rand_core::CryptoRng;

use crate::id;
use crate::keys::{KeyPool, SigningKey};
use crate::rate::Windows;
use crate::record::Log;
use crate::script::Script;
use crate::settings::Settings;
use crate::time::{Clock, Time};

/// How long an invitation lasts.
pub(crate) const INVITATION_MINUTES: u64 = 30 * 24 * 60;

/// How many records that can expire are kept before the first look for those that have.
const SWEPT_BEYOND: usize = 64;

/// A realm and everything in it.
#[derive(Debug)]
pub struct Realm {
    /// `rl_…`
    pub id: String,
    /// Display name.
    pub name: String,
    /// Chooses the realm as host name `<host>.localhost`; unique.
    pub host: String,
    /// What it was told to do.
    pub settings: Settings,
    /// People by id.
    pub users: IndexMap<String, User>,
    /// Accounts by id.
    pub orgs: IndexMap<String, Org>,
    /// Memberships by id.
    pub memberships: Owned<String, Membership>,
    /// Sessions by id.
    pub sessions: Owned<Secret, Session>,
    /// One-time tokens by themselves.
    pub tokens: IndexMap<Secret, OneTimeToken>,
    /// Second factors by id.
    pub credentials: Owned<String, Credential>,
    /// Invitations by id.
    pub invitations: IndexMap<String, Invitation>,
    /// Apps that hosted pages hand people over to.
    pub client_apps: IndexMap<String, ClientApp>,
    /// Host names that choose this realm.
    pub domains: IndexMap<String, Domain>,
    /// Social logins.
    pub auth_providers: IndexMap<String, AuthProvider>,
    /// Social logins that are under way, by `state`.
    pub handshakes: IndexMap<String, Handshake>,
    /// Mails, oldest first.
    pub mails: Vec<Mail>,
    /// Keys, oldest first; the last one signs, the others are still published.
    pub keys: Vec<SigningKey>,
    /// The shared secret of HS256 tokens.
    pub shared_secret: Secret,
    /// When it was made.
    pub created_at: Time,
    /// The time it lives in. Every realm has a clock of its own, so that tests turn theirs and nobody else's.
    pub clock: Clock,
    pub(crate) windows: Windows,
    /// How many such records were left after the last look.
    pub(crate) left_by_sweep: usize,
    pub(crate) script: Script,
    pub(crate) log: Log,
}

impl Realm {
    /// An empty realm.
    pub fn new(name: &str, now: Time, rng: &mut dyn CryptoRng) -> Self {
        Self {
            id: id::fresh("rl", rng),
            name: name.to_owned(),
            host: name.to_owned(),
            settings: Settings::default(),
            users: IndexMap::new(),
            orgs: IndexMap::new(),
            memberships: Owned::default(),
            sessions: Owned::default(),
            tokens: IndexMap::new(),
            credentials: Owned::default(),
            invitations: IndexMap::new(),
            client_apps: IndexMap::new(),
            domains: IndexMap::new(),
            auth_providers: IndexMap::new(),
            handshakes: IndexMap::new(),
            mails: Vec::new(),
            keys: Vec::new(),
            shared_secret: Secret::new(id::fresh("jsk", rng) + &id::random(30, rng)),
            created_at: now,
            clock: Clock::default(),
            windows: Windows::default(),
            left_by_sweep: 0,
            script: Script::default(),
            log: Log::default(),
        }
    }

    /// Whom an identifier means: an e-mail or username in any case, or an exact id (protocol.md#identifying-people).
    pub fn find_user(&self, identifier: &str) -> Option<&User> {
        if let Some(user) = self.users.get(identifier) {
            return Some(user);
        }
        let wanted = normalise(identifier);
        self.users.values().find(|user| {
            user.email.as_deref() == Some(wanted.as_str())
                || user.username.as_deref() == Some(wanted.as_str())
        })
    }

    /// Whether an e-mail belongs to someone other than `except`. One that is still to be verified belongs to nobody.
    pub fn email_is_taken(&self, email: &str, except: Option<&str>) -> bool {
        self.users
            .values()
            .any(|user| Some(user.id.as_str()) != except && user.email.as_deref() == Some(email))
    }

    /// Whether a username belongs to someone other than `except`.
    pub fn username_is_taken(&self, username: &str, except: Option<&str>) -> bool {
        self.users
            .values()
            .any(|user| Some(user.id.as_str()) != except && user.username.as_deref() == Some(username))
    }

    /// A person's memberships in open accounts, oldest first.
    pub fn memberships_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Membership> {
        self.memberships.of(user).filter(move |membership| self.is_open(&membership.org))
    }

    fn is_open(&self, org: &str) -> bool {
        self.orgs.get(org).is_some_and(|org| !org.closed)
    }

    /// The membership of a person in an account.
    pub fn membership_in(&self, user: &str, org: &str) -> Option<&Membership> {
        self.memberships.of(user).find(|found| found.org == org).filter(|_| self.is_open(org))
    }

    /// A session that has not ended.
    pub fn live_session(&self, session: &str, now: Time) -> Option<&Session> {
        self.sessions.get(session).filter(|session| session.expires_at > now)
    }

    /// All sessions that have not ended, oldest first.
    pub fn live_sessions(&self, now: Time) -> impl Iterator<Item = &Session> {
        self.sessions.values().filter(move |session| session.expires_at > now)
    }

    /// Those of one person.
    pub fn live_sessions_of(&self, user: &str, now: Time) -> impl Iterator<Item = &Session> {
        self.sessions.of(user).filter(move |session| session.expires_at > now)
    }

    /// The person's active second factor.
    pub fn second_factor_of(&self, user: &str) -> Option<&Credential> {
        self.credentials.of(user).find(|credential| credential.active)
    }

    /// Makes an account and the membership of its owner. New owners have both reserved permissions
    /// (protocol.md#sign-up).
    pub fn add_org(&mut self, name: &str, owner: &str, now: Time, rng: &mut dyn CryptoRng) -> String {
        let org = Org { id: id::fresh("org", rng), name: name.to_owned(), created_at: now, ..Org::default() };
        let org_id = org.id.clone();
        self.orgs.insert(org_id.clone(), org);
        self.add_membership(owner, &org_id, vec!["ar:owner".into(), "ar:admin".into()], now, rng);
        org_id
    }

    /// Makes a membership; the realm's automatic permissions come on top.
    pub fn add_membership(
        &mut self,
        user: &str,
        org: &str,
        permissions: Vec<String>,
        now: Time,
        rng: &mut dyn CryptoRng,
    ) -> String {
        self.add_membership_as(None, (user, org), permissions, now, rng)
    }

    /// The same with an id that is known already.
    pub fn add_membership_as(
        &mut self,
        id: Option<&str>,
        (user, org): (&str, &str),
        mut permissions: Vec<String>,
        now: Time,
        rng: &mut dyn CryptoRng,
    ) -> String {
        for granted in &self.settings.auto_grant_permissions {
            if !permissions.contains(granted) {
                permissions.push(granted.clone());
            }
        }
        let id = id.map_or_else(|| id::fresh("mb", rng), str::to_owned);
        let membership = Membership {
            id: id.clone(),
            user: user.to_owned(),
            org: org.to_owned(),
            permissions,
            created_at: now,
        };
        self.memberships.insert(id.clone(), membership);
        id
    }

    /// Begins a session; its end is fixed now (protocol.md#session-lifetime).
    pub fn begin_session(
        &mut self,
        user: &str,
        client: Client,
        now: Time,
        rng: &mut dyn CryptoRng,
    ) -> String {
        let id = id::fresh("kss", rng);
        let session = Session {
            id: Secret::new(id.clone()),
            user: user.to_owned(),
            created_at: now,
            expires_at: now.plus_minutes(self.settings.session_minutes),
            client,
            last_token: None,
        };
        self.sessions.insert(session.id.clone(), session);
        if let Some(user) = self.users.get_mut(user) {
            user.last_login_at = Some(now);
            user.failed_logins.clear();
        }
        id
    }

    /// Ends all sessions of a person but one.
    pub fn end_sessions(&mut self, user: &str, except: Option<&str>) {
        self.sessions.retain(|id, session| session.user != user || Some(id.reveal()) == except);
    }

    /// Ends everything that would let a person who was made inactive in, now or after being made active again.
    pub fn lock_out(&mut self, user: &str) {
        self.end_sessions(user, None);
        self.tokens.retain(|_, token| token.user != user);
    }

    /// Whether a person may log in.
    pub fn is_active(&self, user: &str) -> bool {
        self.users.get(user).is_some_and(|user| !user.inactive)
    }

    /// Makes a one-time token; older ones of the same purpose for the same person end with it.
    pub fn issue_token(
        &mut self,
        purpose: Purpose,
        user: &str,
        email: Option<String>,
        now: Time,
        rng: &mut dyn CryptoRng,
    ) -> String {
        let assumptions = &self.settings.assumptions;
        let minutes = match purpose {
            Purpose::Password => assumptions.password_token_minutes,
            Purpose::Email | Purpose::PendingEmail => assumptions.email_token_minutes,
            Purpose::SecondFactor => assumptions.mfa_token_minutes,
        };
        // Two devices may be between password and second factor at the same time. Of resets only the last one works.
        if purpose != Purpose::SecondFactor {
            self.tokens.retain(|_, token| token.user != user || token.purpose != purpose);
        }
        let token = id::opaque(purpose.prefix(), rng);
        self.tokens.insert(
            Secret::new(token.clone()),
            OneTimeToken {
                token: Secret::new(token.clone()),
                purpose,
                user: user.to_owned(),
                email,
                expires_at: now.plus_minutes(minutes),
            },
        );
        token
    }

    /// A one-time token that still works, for one of these purposes. Those of inactive people do not.
    pub fn live_token(&self, token: &str, purposes: &[Purpose], now: Time) -> Option<&OneTimeToken> {
        let fits = |found: &&OneTimeToken| purposes.contains(&found.purpose) && found.expires_at > now;
        self.tokens.get(token).filter(fits).filter(|found| self.is_active(&found.user))
    }

    /// Marks a one-time token as used.
    pub fn spend_token(&mut self, token: &str) {
        if self.settings.assumptions.tokens_work_once {
            self.tokens.shift_remove(token);
        }
    }

    /// An invitation that still lets someone in.
    pub fn live_invitation(&self, token: &str, now: Time) -> Option<&Invitation> {
        self.invitations.values().find(|invitation| {
            invitation.invited && invitation.token.reveal() == token && invitation.expires_at > now
        })
    }

    /// The Login URLs of the realm's apps: where hosted pages may send people (protocol.md#hosted-pages).
    pub fn login_urls(&self) -> Vec<String> {
        self.client_apps.values().flat_map(|app| app.redirect_uris.iter().cloned()).collect()
    }

    /// Gives the realm an app with these Login URLs.
    pub fn set_login_urls(&mut self, urls: &[String], now: Time, rng: &mut dyn CryptoRng) {
        self.client_apps.clear();
        if !urls.is_empty() {
            let id = id::fresh("app", rng);
            let app = ClientApp {
                id: id.clone(),
                name: "App".into(),
                client_type: "standard".into(),
                redirect_uris: urls.to_vec(),
                created_at: now,
            };
            self.client_apps.insert(id, app);
        }
    }

    /// Removes a person and all that hangs on it.
    pub fn remove_user(&mut self, user: &str) {
        self.users.shift_remove(user);
        self.memberships.retain(|_, membership| membership.user != user);
        self.sessions.retain(|_, session| session.user != user);
        self.tokens.retain(|_, token| token.user != user);
        self.credentials.retain(|_, credential| credential.user != user);
    }

    /// Removes an account and its memberships.
    pub fn remove_org(&mut self, org: &str) {
        self.orgs.shift_remove(org);
        self.memberships.retain(|_, membership| membership.org != org);
    }

    /// Drops what has expired, so that a long-running process does not grow. It looks at all records only when there are twice
    /// as many as were left the last time. Otherwise each call would look at all sessions. What has expired and is still there
    /// no longer works.
    pub fn sweep(&mut self, now: Time) {
        let count = |realm: &Self| realm.sessions.len() + realm.tokens.len() + realm.handshakes.len();
        if count(self) < 2 * self.left_by_sweep + SWEPT_BEYOND {
            return;
        }
        self.sessions.retain(|_, session| session.expires_at > now);
        self.tokens.retain(|_, token| token.expires_at > now);
        self.handshakes.retain(|_, handshake| handshake.expires_at > now);
        self.left_by_sweep = count(self);
    }

    /// A social login that is still under way.
    pub fn live_handshake(&self, state: &str, now: Time) -> Option<&Handshake> {
        self.handshakes.get(state).filter(|handshake| handshake.expires_at > now)
    }

    /// The key that signs now, taken from the pool on first need.
    pub fn signing_key(&mut self, pool: &mut KeyPool, rng: &mut dyn CryptoRng) -> Option<&SigningKey> {
        if self.keys.is_empty() {
            let key = pool.take(rng)?;
            self.keys.push(key);
        }
        self.keys.last()
    }
}

/// E-mails and usernames are stored and compared in lower case, without the blanks people paste along.
pub fn normalise(identifier: &str) -> String {
    identifier.trim().to_lowercase()
}
