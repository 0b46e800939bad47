//! Web Storage, and what an app puts in its place; see the section storage of `web.js`.

use super::task::Task;
use crate::{
    client::{
        ports::{Ask, StoreFault},
        session::Kept,
    },
    core::secret::Secret,
};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = stores)]
    fn ask(place: &JsValue, method: &str, key: &str, value: Option<&str>) -> JsValue;
}

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

    /// The name of the storage area, which tells of changes by other pages.
    pub(super) fn area(&self) -> Option<&'static str> {
        match self {
            Self::Session => Some("sessionStorage"),
            Self::Local => Some("localStorage"),
            Self::Memory | Self::Custom(_) => None,
        }
    }

    /// Reads, writes or removes an entry.
    pub(super) async fn ask(&self, key: &str, what: Ask<'_>) -> Result<Option<Secret>, StoreFault> {
        let (method, value) = match what {
            Ask::Read => ("getItem", None),
            Ask::Write(value) => ("setItem", Some(value.expose())),
            Ask::Remove => ("removeItem", None),
        };
        let answer = match self {
            Self::Custom(adapter) => {
                let answer = ask(adapter, method, key, value);
                Task::new(Promise::from(answer)).await
            }
            _ => ask(&self.area().into(), method, key, value),
        };
        match answer.as_f64() {
            None => Ok(answer.as_string().map(Secret::new)),
            Some(0.0) => Err(StoreFault::Blocked),
            Some(1.0) => Err(StoreFault::Full),
            Some(_) => Err(StoreFault::Failed),
        }
    }
}
