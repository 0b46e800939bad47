//! What the type of a field cannot tell: values that must be unique, references to nothing, and texts with a form of
//! their own, such as hashes.

use std::collections::HashSet;
use std::hash::Hash;

use super::document::{MembershipSeed, PersonSeed, RealmSeed, Seed};
use crate::locale::Locale;
use crate::password;
use crate::settings::is_target;
use crate::state::{Realm, Secret};

/// Something wrong with a document.
#[derive(Debug)]
pub(crate) struct Mistake {
    /// Path of the field.
    pub(crate) field: String,
    /// What is wrong with it, without quoting it.
    pub(crate) reason: &'static str,
    /// Whether the only fault is that something else has the same value.
    pub(crate) is_double: bool,
    /// A text by which its line is found.
    pub(super) mark: String,
}

impl Mistake {
    fn new(field: impl Into<String>, reason: &'static str, mark: &str) -> Self {
        Self { field: field.into(), reason, is_double: false, mark: mark.to_owned() }
    }

    fn below(self, path: &str) -> Self {
        Self { field: format!("{path}{}", self.field), ..self }
    }
}

type Checked = Result<(), Mistake>;

impl Seed {
    /// Checks the document as a whole.
    pub(crate) fn check(&self) -> Checked {
        if self.realms.is_empty() {
            return Err(Mistake::new("realms", "there has to be at least one realm", "realms"));
        }
        let realms = || self.realms.iter().enumerate();
        let names = realms().map(|(place, realm)| (format!("realms[{place}].name"), realm.name.as_str()));
        refuse_doubles(names, "another realm has this name")?;
        let ids =
            realms().filter_map(|(place, realm)| Some((format!("realms[{place}].id"), realm.id.as_deref()?)));
        refuse_doubles(ids, "another realm has this id")?;
        let domains = realms().flat_map(|(place, realm)| {
            // A realm may name a domain twice, but a domain cannot mean two realms.
            let own: HashSet<String> = realm.domains.iter().map(|domain| domain.to_lowercase()).collect();
            own.into_iter().map(move |domain| (format!("realms[{place}].domains"), domain))
        });
        refuse_doubles(domains, "another realm has this domain")?;
        realms().try_for_each(|(place, realm)| {
            realm.check().map_err(|mistake| mistake.below(&format!("realms[{place}].")))
        })
    }
}

impl RealmSeed {
    fn check(&self) -> Checked {
        if self.name.is_empty() {
            return Err(Mistake::new("name", "a realm needs a name", "realms"));
        }
        if let Some((field, reason)) = self.settings.find_mistake() {
            let mark = field.rsplit('.').next().unwrap_or(field);
            return Err(Mistake::new(format!("settings.{field}"), reason, mark));
        }
        if let Some((place, url)) = self.login_urls.iter().enumerate().find(|(_, url)| !is_target(url)) {
            return Err(Mistake::new(format!("login_urls[{place}]"), "not an absolute address", url));
        }
        let accounts = self.accounts.iter().enumerate();
        let ids = accounts
            .filter_map(|(place, account)| Some((format!("accounts[{place}].id"), account.id.as_deref()?)));
        refuse_doubles(ids, "another account has this id")?;
        self.check_people()?;
        self.check_invitations()
    }

    /// Checks every person alone, and that no two have the same.
    fn check_people(&self) -> Checked {
        for (place, person) in self.people.iter().enumerate() {
            person.check().map_err(|mistake| mistake.below(&format!("people[{place}].")))?;
        }
        self.refuse_double(|person| person.id.as_deref(), "id", "another person has this id")?;
        self.refuse_double(|person| person.email.as_deref(), "email", "another person has this email")?;
        self.refuse_double(
            |person| person.username.as_deref(),
            "username",
            "another person has this username",
        )?;
        let people = || self.people.iter().enumerate();
        let sessions = people().flat_map(|(place, person)| {
            let field = move |index: usize| format!("people[{place}].sessions[{index}].id");
            person
                .sessions
                .iter()
                .enumerate()
                .map(move |(index, session)| (field(index), session.id.reveal()))
        });
        refuse_doubles(sessions, "another session has this id")?;
        let memberships = people().flat_map(|(place, person)| {
            let field = move |index: usize| format!("people[{place}].memberships[{index}].id");
            let own = person.memberships.iter().flatten().enumerate();
            own.filter_map(move |(index, membership)| Some((field(index), membership.id.as_deref()?)))
        });
        refuse_doubles(memberships, "another membership has this id")
    }

    fn refuse_double(
        &self,
        value: impl Fn(&PersonSeed) -> Option<&str>,
        field: &str,
        reason: &'static str,
    ) -> Checked {
        let values = self.people.iter().enumerate();
        let values =
            values.filter_map(|(place, person)| Some((format!("people[{place}].{field}"), value(person)?)));
        refuse_doubles(values, reason)
    }

    fn check_invitations(&self) -> Checked {
        let invitations = || self.invitations.iter().enumerate();
        let ids = invitations()
            .filter_map(|(place, found)| Some((format!("invitations[{place}].id"), found.id.as_deref()?)));
        refuse_doubles(ids, "another invitation has this id")?;
        let tokens = invitations().filter_map(|(place, found)| {
            Some((format!("invitations[{place}].token"), found.token.as_ref()?.reveal()))
        });
        refuse_doubles(tokens, "another invitation has this token")?;
        let unknown = invitations().find_map(|(place, found)| {
            Some((place, found.account.as_deref().filter(|name| !self.has_account(name))?))
        });
        unknown.map_or(Ok(()), |(place, account)| {
            Err(Mistake::new(format!("invitations[{place}].account"), "there is no such account", account))
        })
    }

    /// Whether an account is listed, or made by a membership. One that is made for a person alone has no name yet.
    fn has_account(&self, name: &str) -> bool {
        let listed =
            self.accounts.iter().any(|account| account.id.as_deref() == Some(name) || account.name == name);
        let mut memberships = self.people.iter().flat_map(|person| person.memberships.iter().flatten());
        listed || memberships.any(|membership| membership.account == name)
    }
}

impl PersonSeed {
    /// Checks a person who is to be added to a realm. Of the others, only those with the same id, e-mail or username count.
    pub(crate) fn check_for(&self, realm: &Realm) -> Checked {
        let alone = RealmSeed { people: vec![self.clone()], ..RealmSeed::default() };
        alone.check_people().map_err(|mistake| {
            let field = mistake.field.trim_start_matches("people[0].").to_owned();
            Mistake { field, ..mistake }
        })?;
        let double = |field: String, reason| Mistake { is_double: true, ..Mistake::new(field, reason, "") };
        let known = [
            (
                self.id.as_deref().is_some_and(|id| realm.users.contains_key(id)),
                "id",
                "another person has this id",
            ),
            (
                self.email.as_deref().is_some_and(|email| realm.email_is_taken(email, None)),
                "email",
                "another person has this email",
            ),
            (
                self.username.as_deref().is_some_and(|name| realm.username_is_taken(name, None)),
                "username",
                "another person has this username",
            ),
        ];
        if let Some((_, field, reason)) = known.into_iter().find(|(known, _, _)| *known) {
            return Err(double(field.to_owned(), reason));
        }
        let mut sessions = self.sessions.iter();
        if let Some(index) = sessions.position(|session| realm.sessions.contains_key(&session.id)) {
            return Err(double(format!("sessions[{index}].id"), "another session has this id"));
        }
        let is_known = |membership: &MembershipSeed| {
            membership.id.as_ref().is_some_and(|id| realm.memberships.contains_key(id))
        };
        match self.memberships.iter().flatten().position(is_known) {
            Some(index) => Err(double(format!("memberships[{index}].id"), "another membership has this id")),
            None => Ok(()),
        }
    }

    fn check(&self) -> Checked {
        if self.email.is_none() && self.username.is_none() {
            return Err(Mistake::new("email", "a person needs an email or a username", "people"));
        }
        if let Some(locale) = self.locale.as_deref().filter(|locale| !Locale::is_spoken(locale)) {
            return Err(Mistake::new("locale", "not a language a realm can speak", locale));
        }
        match self.password_hash.as_ref().map(Secret::reveal) {
            Some(hash) if !password::is_hash(hash) => {
                Err(Mistake::new("password_hash", "not a password hash as exports have them", hash))
            }
            _ => Ok(()),
        }
    }
}

fn refuse_doubles<T>(values: impl Iterator<Item = (String, T)>, reason: &'static str) -> Checked
where
    T: AsRef<str> + Eq + Hash,
{
    let mut seen = HashSet::new();
    for (field, value) in values {
        if let Some(value) = seen.replace(value) {
            return Err(Mistake { is_double: true, ..Mistake::new(field, reason, value.as_ref()) });
        }
    }
    Ok(())
}
