//! A request of the app's own, in whatever form it gives it to `fetch`.

use super::{interop, url::origin_of};
use crate::{client::session::Errand, core::secret::Secret};
use js_sys::{Array, Function, Object, Reflect, Symbol};
use wasm_bindgen::prelude::*;

/// The arguments of a call of `fetch`. The address and the headers are read once, so that what is judged is what is sent.
pub struct AppRequest {
    /// A `Request`, or the text of a URL.
    input: JsValue,
    init: JsValue,
    /// What the URL means here; none where it means nothing.
    url: Option<JsValue>,
    /// The request's headers; none where they cannot be read, which `fetch` refuses.
    headers: Option<JsValue>,
    /// Whether there were any: they may have been an iterator, which is read now.
    has_read: bool,
}

/// What `fetch` gives, or rejects with.
pub type AppResponse = Result<JsValue, JsValue>;

impl AppRequest {
    /// Reads the arguments.
    pub fn new(input: JsValue, init: JsValue) -> Self {
        let is_request = interop::get(&input, "clone").is_ok_and(|clone| clone.is_function());
        let input = if is_request { input } else { interop::text_of(&input).map_or(input, JsValue::from) };
        // A request knows the page's base URL.
        let request =
            if is_request { Ok(input.clone()) } else { interop::construct("Request", &Array::of1(&input)) };
        let url = request.and_then(|request| interop::get(&request, "url")).ok();
        let given = interop::get(&init, "headers").unwrap_or_default();
        let own =
            if given.is_undefined() { interop::get(&input, "headers").unwrap_or_default() } else { given };
        let headers = interop::construct("Headers", &Array::of1(&own)).ok();
        Self { input, init, url, headers, has_read: !own.is_undefined() }
    }

    /// An option of the call, else what a `Request` says.
    fn option(&self, name: &str) -> JsValue {
        let of = |object| interop::get(object, name).ok().filter(|value| !value.is_undefined());
        of(&self.init).or_else(|| of(&self.input)).unwrap_or_default()
    }

    /// The signal that ends it.
    pub fn signal(&self) -> JsValue {
        self.option("signal")
    }

    /// The arguments of `fetch`. Options are not copied: they may be inherited, or an object's own business.
    fn arguments(&self, token: Option<&Secret>) -> Result<Array, JsValue> {
        let headers = self.headers.as_ref().filter(|_| token.is_some() || self.has_read);
        let Some(headers) = headers else { return Ok(Array::of2(&self.input, &self.init)) };
        if let Some(token) = token {
            let mut bearer = Secret::from("Bearer ");
            bearer.push_str(token.expose());
            let header = Array::of2(&"authorization".into(), &bearer.expose().into());
            interop::apply(headers, "set", &header)?;
        }
        let request = interop::construct("Request", &Array::of2(&self.input, &self.init))?;
        let replacing = Object::new();
        Reflect::set(&replacing, &"headers".into(), headers)?;
        // Any option makes `fetch` forget these two of a request (Fetch standard, "Request constructor").
        for kept in ["referrer", "referrerPolicy"] {
            Reflect::set(&replacing, &kept.into(), &interop::get(&request, kept)?)?;
        }
        Ok(Array::of2(&request, &replacing))
    }
}

impl Errand for AppRequest {
    type Answer = AppResponse;

    fn origin(&self) -> Option<String> {
        origin_of(self.url.as_ref()?)
    }

    fn stays_at_home(&self) -> bool {
        let home =
            interop::get(&interop::global("location"), "origin").ok().and_then(|home| home.as_string());
        self.origin().is_some_and(|origin| Some(origin) == home)
    }

    fn is_authorized(&self) -> bool {
        let has = |headers| interop::call(headers, "has", Some(&"authorization".into()));
        self.headers.as_ref().is_none_or(|headers| has(headers).map_or(true, |has| has != false))
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
        interop::settled(fetch.apply(&JsValue::UNDEFINED, &self.arguments(token)?)?).await
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
