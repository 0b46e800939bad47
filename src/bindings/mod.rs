//! The exported class: parse arguments, call the client, map the outcome. No logic lives here.

mod error;
mod hosted;
mod options;
mod outcome;
mod params;
mod session;
mod snapshot;
mod tokens;

use crate::{
    Error,
    browser::{Web, aborted, promised},
    client::{Client, session::Session},
    core::request::Endpoint,
};
use js_sys::Promise;
use params::JsParams;
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A client of one realm, for JavaScript. `types.d.ts` describes it; it is the only place that does.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct LoginRocket {
    session: Session<Web>,
    /// `lr.session`, which is always the same object.
    object: OnceCell<JsValue>,
    /// `lr.hosted`, likewise.
    hosted: OnceCell<JsValue>,
}

#[wasm_bindgen]
#[expect(missing_docs, reason = "types.d.ts documents every one for those who call them")]
impl LoginRocket {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<LoginRocket, JsValue> {
        let (config, web, origins, verify) = options::config(options).map_err(error::throwable)?;
        let kept = web.storage.kept();
        let session = Session::new(Client::new(config, web), kept, origins);
        session.set_verify(verify);
        Ok(Self { session, object: OnceCell::new(), hosted: OnceCell::new() })
    }

    #[wasm_bindgen(getter)]
    pub fn session(&self) -> JsValue {
        self.session.attach();
        self.object.get_or_init(|| session::object(self.session.clone())).clone()
    }

    #[wasm_bindgen(getter)]
    pub fn hosted(&self) -> JsValue {
        self.hosted.get_or_init(|| hosted::object(self.session.clone())).clone()
    }

    #[wasm_bindgen(js_name = decodeToken)]
    pub fn decode_token(&self, token: &JsValue) -> JsValue {
        tokens::decode(token)
    }

    #[wasm_bindgen(js_name = verifyToken)]
    pub fn verify_token(&self, token: &JsValue, options: &JsValue) -> Promise {
        tokens::verify(&self.session, token, options)
    }

    #[wasm_bindgen(getter, js_name = lrUrl)]
    pub fn url(&self) -> Result<String, JsValue> {
        let url = self.session.client().config().url.as_ref().map(|url| url.as_str().to_owned());
        url.ok_or_else(|| error::throwable(Error::MissingUrl))
    }

    #[wasm_bindgen(setter, js_name = lrUrl)]
    pub fn set_url(&self, url: &JsValue) -> Result<(), JsValue> {
        let url = options::url(url).map_err(error::throwable)?;
        self.session.client().configure(|config| config.url = url);
        self.session.follow_url();
        Ok(())
    }

    #[wasm_bindgen(getter)]
    pub fn locale(&self) -> Option<String> {
        self.session.client().config().locale.as_ref().map(|locale| locale.as_str().to_owned())
    }

    #[wasm_bindgen(setter)]
    pub fn set_locale(&self, locale: &JsValue) -> Result<(), JsValue> {
        let locale = options::locale(locale).map_err(error::throwable)?;
        self.session.client().configure(|config| config.locale = locale);
        Ok(())
    }

    pub fn login(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::Login, params, options)
    }

    #[wasm_bindgen(js_name = verifyLogin)]
    pub fn verify_login(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::VerifyLogin, params, options)
    }

    #[wasm_bindgen(js_name = getSession)]
    pub fn get_session(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::GetSession, params, options)
    }

    pub fn logout(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::Logout, params, options)
    }

    #[wasm_bindgen(js_name = forgotPassword)]
    pub fn forgot_password(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::ForgotPassword, params, options)
    }

    #[wasm_bindgen(js_name = resetPassword)]
    pub fn reset_password(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::ResetPassword, params, options)
    }

    #[wasm_bindgen(js_name = updatePassword)]
    pub fn update_password(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::UpdatePassword, params, options)
    }

    #[wasm_bindgen(js_name = updateProfile)]
    pub fn update_profile(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::UpdateProfile, params, options)
    }

    pub fn signup(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::Signup, params, options)
    }

    #[wasm_bindgen(js_name = requestInvitation)]
    pub fn request_invitation(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::RequestInvitation, params, options)
    }

    #[wasm_bindgen(js_name = verifyEmail)]
    pub fn verify_email(&self, params: &JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::VerifyEmail, params, options)
    }
}

impl LoginRocket {
    /// One future serves all eleven: an `async fn` each would repeat its state machine in the module.
    fn call(&self, endpoint: Endpoint, params: &JsValue, options: &JsValue) -> Promise {
        let call = options::call(options).map(|(options, signal)| {
            self.session.call(endpoint, &JsParams::new(params), &options, aborted(signal))
        });
        promised(Box::pin(async move {
            Ok(outcome::to_js(match call {
                Ok(call) => call.await,
                Err(error) => error.into(),
            }))
        }))
    }
}
