//! The exported class: parse arguments, call the client, map the outcome. No logic lives here.

mod error;
mod options;
mod outcome;
mod params;

use crate::{
    browser::{Web, aborted},
    client::Client,
    core::request::Endpoint,
};
use js_sys::Promise;
use params::JsParams;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A client of one realm, for JavaScript. `types.d.ts` describes it; it is the only place that does.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct LoginRocket {
    client: Client<Web>,
}

#[wasm_bindgen]
#[expect(missing_docs, reason = "types.d.ts documents every one for those who call them")]
impl LoginRocket {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<LoginRocket, JsValue> {
        let (config, web) = options::config(options).map_err(error::throwable)?;
        Ok(Self { client: Client::new(config, web) })
    }

    #[wasm_bindgen(getter, js_name = lrUrl)]
    pub fn url(&self) -> Result<String, JsValue> {
        let url =
            self.client.config().url.as_ref().ok_or(crate::Error::MissingUrl).map_err(error::throwable)?;
        Ok(url.as_str().to_owned())
    }

    #[wasm_bindgen(setter, js_name = lrUrl)]
    pub fn set_url(&mut self, url: &JsValue) -> Result<(), JsValue> {
        self.client.config_mut().url = options::url(url).map_err(error::throwable)?;
        Ok(())
    }

    #[wasm_bindgen(getter)]
    pub fn locale(&self) -> Option<String> {
        self.client.config().locale.as_ref().map(|locale| locale.as_str().to_owned())
    }

    #[wasm_bindgen(setter)]
    pub fn set_locale(&mut self, locale: &JsValue) -> Result<(), JsValue> {
        self.client.config_mut().locale = options::locale(locale).map_err(error::throwable)?;
        Ok(())
    }

    pub fn login(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::Login, params, options)
    }

    #[wasm_bindgen(js_name = verifyLogin)]
    pub fn verify_login(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::VerifyLogin, params, options)
    }

    #[wasm_bindgen(js_name = getSession)]
    pub fn get_session(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::GetSession, params, options)
    }

    pub fn logout(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::Logout, params, options)
    }

    #[wasm_bindgen(js_name = forgotPassword)]
    pub fn forgot_password(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::ForgotPassword, params, options)
    }

    #[wasm_bindgen(js_name = resetPassword)]
    pub fn reset_password(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::ResetPassword, params, options)
    }

    #[wasm_bindgen(js_name = updatePassword)]
    pub fn update_password(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::UpdatePassword, params, options)
    }

    #[wasm_bindgen(js_name = updateProfile)]
    pub fn update_profile(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::UpdateProfile, params, options)
    }

    pub fn signup(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::Signup, params, options)
    }

    #[wasm_bindgen(js_name = requestInvitation)]
    pub fn request_invitation(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::RequestInvitation, params, options)
    }

    #[wasm_bindgen(js_name = verifyEmail)]
    pub fn verify_email(&self, params: JsValue, options: &JsValue) -> Promise {
        self.call(Endpoint::VerifyEmail, params, options)
    }
}

impl LoginRocket {
    /// One future serves all eleven: an `async fn` each would repeat its state machine in the module.
    fn call(&self, endpoint: Endpoint, params: JsValue, options: &JsValue) -> Promise {
        let call = options::call(options).map(|(options, signal)| {
            self.client.call(endpoint, &JsParams(params), &options, aborted(signal))
        });
        future_to_promise(async move {
            Ok(outcome::to_js(match call {
                Ok(call) => call.await,
                Err(error) => error.into(),
            }))
        })
    }
}
