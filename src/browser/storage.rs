//! Web Storage, and what an app puts in its place.

use super::interop;
use crate::{
    client::{ports::StoreFault, session::Kept},
    core::secret::Secret,
};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// Where a session is kept.
#[derive(Clone, Default)]
#[expect(missing_debug_implementations, reason = "an adapter may hold the session id as a member")]
pub enum Storage {
    /// Nowhere but in the page.
    #[default]
    Memory,
    /// `sessionStorage`.
    Session,
    /// `localStorage`.
    Local,
    /// An object with the methods of `localStorage`, each of which may give a promise.
    Custom(JsValue),
}

impl Storage {
    /// Who shares it.
    pub fn kept(&self) -> Kept {
        match self {
            Self::Memory => Kept::Page,
            Self::Session => Kept::Tab,
            Self::Local | Self::Custom(_) => Kept::Shared,
        }
    }

    /// The storage area, which tells of changes by other pages.
    pub(super) fn area(&self) -> Option<JsValue> {
        let name = match self {
            Self::Session => "sessionStorage",
            Self::Local => "localStorage",
            Self::Memory | Self::Custom(_) => return None,
        };
        // Where storage is blocked, already the getter throws.
        Some(interop::global(name)).filter(JsValue::is_object)
    }

    fn target(&self) -> Result<JsValue, StoreFault> {
        match self {
            Self::Custom(adapter) => Ok(adapter.clone()),
            _ => self.area().ok_or(StoreFault::Blocked),
        }
    }

    async fn ask(&self, method: &str, arguments: Array) -> Result<JsValue, StoreFault> {
        let answer = interop::apply(&self.target()?, method, &arguments).map_err(|thrown| fault(&thrown))?;
        // What an area says is written when the call returns, not a moment later.
        if matches!(self, Self::Custom(_)) {
            interop::settled(answer).await.map_err(|thrown| fault(&thrown))
        } else {
            Ok(answer)
        }
    }

    /// Reads an entry.
    pub(super) async fn read(&self, key: &str) -> Result<Option<Secret>, StoreFault> {
        let value = self.ask("getItem", Array::of1(&key.into())).await?;
        let is_absent = value.is_null() || value.is_undefined();
        // What is no text is an entry that cannot be read.
        Ok((!is_absent).then(|| Secret::new(value.as_string().unwrap_or_default())))
    }

    /// Writes an entry.
    pub(super) async fn write(&self, key: &str, value: &Secret) -> Result<(), StoreFault> {
        self.ask("setItem", Array::of2(&key.into(), &value.expose().into())).await.map(drop)
    }

    /// Removes an entry.
    pub(super) async fn remove(&self, key: &str) -> Result<(), StoreFault> {
        self.ask("removeItem", Array::of1(&key.into())).await.map(drop)
    }
}

fn fault(thrown: &JsValue) -> StoreFault {
    match interop::get(thrown, "name").ok().and_then(|name| name.as_string()).as_deref() {
        Some("QuotaExceededError") => StoreFault::Full,
        Some("SecurityError") => StoreFault::Blocked,
        _ => StoreFault::Failed,
    }
}
