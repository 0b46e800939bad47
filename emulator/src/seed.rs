//! The seed document: realms as people write them, and as `--export` writes them for `--import` to read again.
//!
//! What a document does not say gets the value the service would give. Signing keys are not part of it: they live in
//! memory, and tokens last hours while files last years.

mod build;
mod check;
mod document;
mod dump;

pub use document::{
    AccountSeed, InvitationSeed, MembershipSeed, PersonSeed, RealmSeed, Seed, SeedError, SessionSeed,
};

pub(crate) use build::{add_person, build_realm, refill};
pub(crate) use check::Mistake;
pub(crate) use dump::dump_realm;

/// The document an emulator starts with when none is given: one realm, one person.
pub const DEFAULT: &str = include_str!("../seeds/default.json");
