//! What a JWT says, read without trust: for showing, and for knowing when to ask for the next one.
//!
//! The mapping is that of the official SDKs (contract §3.5); the first selected account is the current one (§3.4).

use crate::core::response::Record;

/// The claims that a session needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iat`, in epoch seconds by the service's clock.
    pub issued_at: u64,
    /// `exp`, likewise.
    pub expires_at: u64,
    /// Who.
    pub user: User,
    /// In which account, and with which permissions.
    pub membership: Option<Membership>,
}

impl Claims {
    /// How long the token is good for in all, in seconds.
    pub fn lifetime(&self) -> u64 {
        self.expires_at.saturating_sub(self.issued_at)
    }
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// `usr_…`
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// In lower case.
    pub email: Option<String>,
    /// Whether the e-mail is verified; absent means not.
    pub email_verified: bool,
    /// If set.
    pub username: Option<String>,
    /// If set.
    pub first_name: Option<String>,
    /// If set.
    pub last_name: Option<String>,
    /// If set.
    pub locale: Option<String>,
}

/// A person's place in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// `mb_…`
    pub id: Option<String>,
    /// `org_…`
    pub account_id: String,
    /// The account's name.
    pub account_name: Option<String>,
    /// What the person may do there.
    pub permissions: Vec<String>,
}

/// Reads the payload of a JWT; none where it lacks what every token has.
pub fn read(payload: &impl Record) -> Option<Claims> {
    let text = |member| payload.text(member).map(|text| text.expose().to_owned());
    Some(Claims {
        issued_at: payload.number("iat")?,
        expires_at: payload.number("exp")?,
        user: User {
            id: text("sub")?,
            name: text("name"),
            email: text("email"),
            email_verified: payload.flag("email_verified"),
            username: text("preferred_username"),
            first_name: text("given_name"),
            last_name: text("family_name"),
            locale: text("locale"),
        },
        membership: membership(payload),
    })
}

fn membership(payload: &impl Record) -> Option<Membership> {
    let current = current(payload)?;
    let text = |member| current.text(member).map(|text| text.expose().to_owned());
    Some(Membership {
        id: text("mid"),
        account_id: text("oid")?,
        account_name: text("name"),
        permissions: current.texts("perm"),
    })
}

/// The id of the current account.
pub fn account(payload: &impl Record) -> Option<String> {
    Some(current(payload)?.text("oid")?.expose().to_owned())
}

fn current<R: Record>(payload: &R) -> Option<R> {
    let mut accounts = payload.records("orgs");
    let selected = accounts.iter().position(|account| account.flag("selected")).unwrap_or(0);
    (selected < accounts.len()).then(|| accounts.swap_remove(selected))
}
