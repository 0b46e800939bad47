//! `/social`: in place of Google and its like, a page that asks whom to be (protocol.md#hosted-pages, #core-api).

use url::Url;

use super::{Input, Outcome, Visit, to, words};
use crate::wire::Refusal;

impl Visit<'_> {
    /// `GET /social?state=…`.
    pub(super) fn show_social(&mut self) -> Outcome {
        let state = self.typed("state");
        let handshake = self.realm.live_handshake(&state, self.now).ok_or(Refusal::not_found())?;
        let provider = self.realm.auth_providers.get(&handshake.provider).ok_or(Refusal::not_found())?;
        let note = "This stands in for {}. Whom do you want to be?";
        let note = words::fill(self.locale, note, &provider.provider_type);
        let mut form = self.form("/social", vec![Input::email(String::new())], "Go on");
        form.hidden.push(("state", state));
        self.page("Log in elsewhere", Some(&note), Vec::new(), vec![form])
    }

    /// `POST /social`: back to the app with `code` and `state`.
    pub(super) fn finish_social(&mut self) -> Outcome {
        let state = self.typed("state");
        let handshake = self.realm.live_handshake(&state, self.now).ok_or(Refusal::not_found())?;
        let mut target = Url::parse(&handshake.redirect_uri).map_err(|_| Refusal::not_found())?;
        target.query_pairs_mut().append_pair("code", &self.typed("email")).append_pair("state", &state);
        Ok(to(target.as_str()))
    }
}
