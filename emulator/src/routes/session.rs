//! `session`: refreshing, switching the account, signing out (protocol.md#get-session, #logout).

use crate::call::Call;
use crate::signin::{self, SignIn};
use crate::wire::Refusal;

/// `GET session`: a new token, for the account that is named.
pub(crate) fn show(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let session = call.session()?;
    let account = call.params.filled("account")?;
    call.speak_to(&session.user);
    if call.realm.settings.assumptions.sliding_sessions {
        let end = call.now.plus_minutes(call.realm.settings.session_minutes);
        if let Some(session) = call.realm.sessions.get_mut(session.id.reveal()) {
            session.expires_at = end;
        }
    }
    signin::refresh(call, session.id.reveal(), account.as_deref())
}

/// `DELETE session`: ends it.
pub(crate) fn delete(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    match call.session() {
        Ok(session) => {
            call.realm.sessions.shift_remove(session.id.reveal());
            Ok(SignIn::Okay)
        }
        // Where this setting is a status of success, signing out twice is no error.
        Err(refusal) => match call.realm.settings.assumptions.second_logout_status {
            200..=299 => Ok(SignIn::Okay),
            status => Err(Refusal {
                status: http::StatusCode::from_u16(status).unwrap_or(refusal.status),
                ..refusal
            }),
        },
    }
}
