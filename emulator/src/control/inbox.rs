//! The inbox: every mail of every realm, as JSON and on the page.

use askama::Template;
use http::Response;
use serde::Serialize;

use super::Control;
use crate::mail::{Mail, MailView};
use crate::pages;
use crate::settings::Settings;
use crate::wire::{Answer, Refusal};

#[derive(Serialize)]
struct Inbox<'a> {
    mails: Vec<MailView<'a>>,
}

/// `GET mails`: newest last; `to` and `realm` narrow it down.
pub(super) fn list(control: &Control<'_>) -> Response<Vec<u8>> {
    let mails = mails(control).into_iter().map(Mail::view).collect();
    Answer::json(&Inbox { mails }).into_response(&Settings::default())
}

pub(super) fn mails<'a>(control: &'a Control<'_>) -> Vec<&'a Mail> {
    let realm = control.query("realm");
    let to = control.query("to");
    let mut mails: Vec<&Mail> = control
        .service
        .realms
        .values()
        .filter(|found| realm.is_none_or(|realm| found.id == realm || found.name == realm))
        .flat_map(|found| &found.mails)
        .filter(|mail| to.is_none_or(|to| mail.to.eq_ignore_ascii_case(to)))
        .collect();
    mails.sort_by_key(|mail| mail.sent_at);
    mails
}

/// The page over the control API.
#[derive(Template)]
#[template(path = "control.html")]
struct ControlPage<'a> {
    lang: &'static str,
    mails: Vec<MailView<'a>>,
}

/// `GET /_emulator/`: the page, newest mail first.
pub(super) fn page(control: &Control<'_>) -> Result<Response<Vec<u8>>, Refusal> {
    let mails = mails(control).into_iter().rev().map(Mail::view).collect();
    pages::page(&ControlPage { lang: "en", mails }, &[])
}
