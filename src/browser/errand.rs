//! A request of the app's own; see the section errand of `web.js`.

use super::task::Task;
use crate::{client::session::Errand, core::secret::Secret};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = errands)]
    fn begin(input: &JsValue, init: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = errands)]
    fn signal(errand: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = errands)]
    fn origin(errand: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_namespace = errands, js_name = staysAtHome)]
    fn stays_at_home(errand: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = errands, js_name = isAuthorized)]
    fn is_authorized(errand: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = errands, js_name = isRepeatable)]
    fn is_repeatable(errand: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = errands)]
    fn send(errand: &JsValue, token: Option<&str>) -> Promise;
    #[wasm_bindgen(js_namespace = errands, js_name = isUnauthorized)]
    fn is_unauthorized(response: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = errands)]
    fn discard(response: &JsValue);
}

/// The arguments of a call of `fetch`.
pub struct AppRequest(JsValue);

/// What `fetch` gives, or rejects with.
pub type AppResponse = Result<JsValue, JsValue>;

impl AppRequest {
    /// Reads the arguments.
    pub fn new(input: &JsValue, init: &JsValue) -> Self {
        Self(begin(input, init))
    }

    /// The signal that ends it.
    pub fn signal(&self) -> JsValue {
        signal(&self.0)
    }
}

/// As Rust front ends have it.
impl From<&web_sys::Request> for AppRequest {
    fn from(request: &web_sys::Request) -> Self {
        Self::new(request, &JsValue::UNDEFINED)
    }
}

impl Errand for AppRequest {
    type Answer = AppResponse;

    fn origin(&self) -> Option<String> {
        origin(&self.0)
    }

    fn stays_at_home(&self) -> bool {
        stays_at_home(&self.0)
    }

    fn is_authorized(&self) -> bool {
        is_authorized(&self.0)
    }

    fn is_repeatable(&self) -> bool {
        is_repeatable(&self.0)
    }

    fn send(&self, token: Option<&Secret>) -> impl Future<Output = AppResponse> {
        let task = Task::new(send(&self.0, token.map(Secret::expose)));
        async {
            let answer = Array::from(&task.await);
            if answer.length() == 1 { Ok(answer.get(0)) } else { Err(answer.get(1)) }
        }
    }

    fn is_unauthorized(answer: &AppResponse) -> bool {
        answer.as_ref().is_ok_and(is_unauthorized)
    }

    fn discard(answer: AppResponse) {
        let _ = answer.as_ref().map(discard);
    }
}
