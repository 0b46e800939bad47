//! A request of the app's own, in whatever form it gives it to `fetch`.

use super::{interop, url::origin_of};
use crate::{client::session::Errand, core::secret::Secret};
use js_sys::{Array, Function, Symbol};
use wasm_bindgen::{JsCast, JsValue};

/// The arguments of a call of `fetch`.
pub struct AppRequest {
    /// A URL or a `Request`.
    pub input: JsValue,
    /// The options, which count for more than those of a `Request`.
    pub init: JsValue,
}

/// What `fetch` gives, or rejects with.
pub type AppResponse = Result<JsValue, JsValue>;

impl AppRequest {
    /// An option of the call, else what a `Request` says.
    fn option(&self, name: &str) -> JsValue {
        let of = |object| interop::get(object, name).ok().filter(|value| !value.is_undefined());
        of(&self.init).or_else(|| of(&self.input)).unwrap_or_default()
    }

    /// The signal that ends it.
    pub fn signal(&self) -> JsValue {
        self.option("signal")
    }

    fn prepare(&self, token: Option<&Secret>) -> Result<Array, JsValue> {
        let Some(token) = token else { return Ok(Array::of2(&self.input, &self.init)) };
        let request = interop::construct("Request", &Array::of2(&self.input, &self.init))?;
        let mut bearer = Secret::from("Bearer ");
        bearer.push_str(token.expose());
        let header = Array::of2(&"authorization".into(), &bearer.expose().into());
        interop::apply(&interop::get(&request, "headers")?, "set", &header)?;
        Ok(Array::of1(&request))
    }
}

impl Errand for AppRequest {
    type Answer = AppResponse;

    fn origin(&self) -> Option<String> {
        let url = interop::get(&self.input, "url").ok().filter(JsValue::is_string);
        origin_of(&url.unwrap_or_else(|| self.input.clone()))
    }

    fn stays_at_home(&self) -> bool {
        let home =
            interop::get(&interop::global("location"), "origin").ok().and_then(|home| home.as_string());
        self.origin().is_some_and(|origin| Some(origin) == home)
    }

    fn is_authorized(&self) -> bool {
        let headers = interop::construct("Headers", &Array::of1(&self.option("headers")));
        // Headers that cannot be read are refused by `fetch` itself.
        headers
            .and_then(|headers| interop::call(&headers, "has", Some(&"authorization".into())))
            .map_or(true, |has| has != false)
    }

    fn is_repeatable(&self) -> bool {
        let own = interop::get(&self.init, "body").unwrap_or_default();
        if !own.is_null() && !own.is_undefined() {
            return !is_stream(&own);
        }
        // What a `Request` holds is gone once it is sent. Some browsers do not show whether it holds anything.
        match interop::get(&self.input, "body") {
            Ok(body) if body.is_null() => true,
            Ok(body) if body.is_undefined() => {
                let method = interop::get(&self.input, "method").unwrap_or_default();
                method.is_undefined() || method == "GET" || method == "HEAD"
            }
            _ => false,
        }
    }

    async fn send(&self, token: Option<&Secret>) -> AppResponse {
        let fetch: Function = interop::global("fetch").dyn_into()?;
        interop::settled(fetch.apply(&JsValue::UNDEFINED, &self.prepare(token)?)?).await
    }

    fn is_unauthorized(answer: &AppResponse) -> bool {
        answer
            .as_ref()
            .is_ok_and(|response| interop::get(response, "status").is_ok_and(|status| status == 401.0))
    }

    fn discard(answer: AppResponse) {
        let body = answer.and_then(|response| interop::get(&response, "body"));
        if let Ok(cancelled) = body.and_then(|body| interop::call(&body, "cancel", None)) {
            wasm_bindgen_futures::spawn_local(async {
                // Where it cannot be cancelled it is read by nobody.
                let _ = interop::settled(cancelled).await;
            });
        }
    }
}

fn is_stream(body: &JsValue) -> bool {
    let is_read_once = interop::get(body, "getReader").is_ok_and(|reader| reader.is_function());
    let iterator = interop::get_symbol(body, &Symbol::async_iterator());
    is_read_once || body.is_object() && iterator.is_ok_and(|iterator| iterator.is_function())
}
