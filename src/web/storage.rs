//! Web Storage, and adapters that an app puts in its place.

use super::{global_member, member};
use crate::{
    engine::{StorageScope, StoreFault},
    protocol::secret::Secret,
};
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Where a session is stored. Only the session id and the account are stored, never a token or a password; see also
/// [`Options::keeps_profile`](super::Options::keeps_profile).
#[derive(Clone, Default)]
pub enum Storage {
    /// Only in memory. The session ends with the page.
    #[default]
    Memory,
    /// In `sessionStorage`. The session ends with the tab.
    Session,
    /// In `localStorage`. All tabs share the session, and it lasts.
    Local,
    /// In an object with the methods `getItem`, `setItem` and `removeItem` of `localStorage`. Each may return a promise. If a
    /// method throws or takes longer than two seconds, the session lives in memory instead.
    Custom(JsValue),
}

// This is not derived, because an adapter may hold the session id as a member.
impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Memory => "Memory",
            Self::Session => "Session",
            Self::Local => "Local",
            Self::Custom(_) => "Custom",
        })
    }
}

/// An operation on a store.
#[derive(Clone, Copy)]
pub(super) enum Operation<'a> {
    Read,
    Write(&'a Secret),
    Remove,
}

/// The answer of a store, now or later.
pub(super) enum Answered {
    Now(Result<Option<Secret>, StoreFault>),
    Later(JsFuture),
}

impl Storage {
    /// Who shares the storage.
    pub(super) fn scope(&self) -> StorageScope {
        match self {
            Self::Memory => StorageScope::Memory,
            Self::Session => StorageScope::Tab,
            Self::Local | Self::Custom(_) => StorageScope::Shared,
        }
    }

    /// The area of Web Storage, if it is one and the browser allows access to it.
    pub(super) fn area(&self) -> Option<JsValue> {
        match self {
            Self::Session => global_member("sessionStorage"),
            Self::Local => global_member("localStorage"),
            Self::Memory | Self::Custom(_) => None,
        }
    }

    /// Performs an operation on an entry. An area of Web Storage answers at once.
    pub(super) fn perform(&self, key: &str, operation: Operation<'_>) -> Answered {
        let (store, is_area) = match self {
            Self::Custom(adapter) => (Some(adapter.clone()), false),
            _ => (self.area(), true),
        };
        let Some(store) = store else { return Answered::Now(Err(StoreFault::Blocked)) };
        let (method, entry) = match operation {
            Operation::Read => ("getItem", Array::of1(&key.into())),
            Operation::Write(value) => ("setItem", Array::of2(&key.into(), &value.expose().into())),
            Operation::Remove => ("removeItem", Array::of1(&key.into())),
        };
        let method = member(&store, method).and_then(|method| method.dyn_into::<Function>().ok());
        let Some(method) = method else { return Answered::Now(Err(StoreFault::Failed)) };
        match Reflect::apply(&method, &store, &entry) {
            Err(thrown) => Answered::Now(Err(fault_of(&thrown))),
            Ok(answer) if is_area => Answered::Now(Ok(text_of(&answer))),
            Ok(answer) => Answered::Later(JsFuture::from(Promise::resolve(&answer))),
        }
    }
}

/// The result of an adapter's promise.
pub(super) async fn settled(answer: JsFuture) -> Result<Option<Secret>, StoreFault> {
    answer.await.map(|answer| text_of(&answer)).map_err(|thrown| fault_of(&thrown))
}

/// The text of an entry. A value that is not a string counts as an entry that cannot be read.
fn text_of(answer: &JsValue) -> Option<Secret> {
    if answer.is_null() || answer.is_undefined() {
        return None;
    }
    Some(Secret::new(answer.as_string().unwrap_or_default()))
}

fn fault_of(thrown: &JsValue) -> StoreFault {
    match member(thrown, "name").and_then(|name| name.as_string()).as_deref() {
        Some("QuotaExceededError") => StoreFault::Full,
        Some("SecurityError") => StoreFault::Blocked,
        _ => StoreFault::Failed,
    }
}
