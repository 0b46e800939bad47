//! What a hosted page consists of, as data for its template.

use askama::Template;

use super::words::translate;
use crate::locale::Locale;

/// What a page consists of.
#[derive(Template)]
#[template(path = "hosted.html")]
pub(super) struct HostedPage {
    pub(super) lang: &'static str,
    pub(super) realm: String,
    pub(super) title: String,
    pub(super) note: Option<String>,
    pub(super) errors: Vec<String>,
    pub(super) optional: String,
    pub(super) forms: Vec<Form>,
    pub(super) links: Vec<(String, String)>,
}

/// A form.
pub(super) struct Form {
    pub(super) action: String,
    pub(super) heading: Option<String>,
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) inputs: Vec<Input>,
    pub(super) submit: String,
}

/// A labelled input of a form.
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) autocomplete: &'static str,
    pub(super) required: bool,
}

impl Form {
    pub(super) fn titled(self, heading: &str) -> Self {
        Self { heading: Some(heading.to_owned()), ..self }
    }

    pub(super) fn translate(self, locale: Locale) -> Self {
        let words = |english: String| translate(locale, &english);
        let inputs = self.inputs.into_iter().map(|input| Input { label: words(input.label), ..input });
        Self {
            heading: self.heading.map(words),
            inputs: inputs.collect(),
            submit: words(self.submit),
            ..self
        }
    }
}

impl Input {
    pub(super) fn new(
        name: &'static str,
        label: &'static str,
        kind: &'static str,
        autocomplete: &'static str,
    ) -> Self {
        Self { name, label: label.to_owned(), kind, value: String::new(), autocomplete, required: true }
    }

    pub(super) fn email(value: String) -> Self {
        Self { value, ..Self::new("email", "E-mail", "email", "username") }
    }

    pub(super) fn text(
        name: &'static str,
        label: &'static str,
        autocomplete: &'static str,
        value: String,
    ) -> Self {
        Self { value, ..Self::new(name, label, "text", autocomplete) }
    }

    pub(super) fn code() -> Self {
        Self::new("code", "Six digits from your authenticator app", "text", "one-time-code")
    }

    pub(super) fn new_password() -> Self {
        Self::new("password", "New password", "password", "new-password")
    }

    pub(super) fn optional(self) -> Self {
        Self { required: false, ..self }
    }
}
