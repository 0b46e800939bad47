//! The inbox: `mails`.

use serde::Serialize;

use super::{Control, Outcome, done, json};
use crate::state::{Mail, MailView};

#[derive(Serialize)]
struct Inbox<'a> {
    mails: Vec<MailView<'a>>,
}

/// `GET mails`: newest last; `to` narrows it down. A mail is here before the call that caused it is answered.
pub(super) fn list(control: &Control<'_>) -> Outcome {
    let to = control.query("to");
    let mails =
        control.realm()?.mails.iter().filter(|mail| to.is_none_or(|to| mail.to.eq_ignore_ascii_case(to)));
    Ok(json(&Inbox { mails: mails.map(Mail::view).collect() }))
}

/// `DELETE mails`: empties the inbox; `to` narrows it down.
pub(super) fn clear(control: &mut Control<'_>) -> Outcome {
    let to = control.query("to").map(str::to_owned);
    control.realm_mut()?.mails.retain(|mail| to.as_ref().is_some_and(|to| !mail.to.eq_ignore_ascii_case(to)));
    Ok(done())
}
