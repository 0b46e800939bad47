//! Reads the items of a list, one after the other. Some of them are values that the app gave.
//!
//! A value of the app is in the list as it is, if JSON can hold it: a string, a finite number or a boolean; `null` if
//! there is none. Any other value is `{}`. A value that could not be read is `[]`.

use crate::{
    Error, Misuse,
    protocol::{
        config::{Locale, Timeout, refuse_server_api},
        json::{self, Json},
        secret::Secret,
        text::Text,
        url::BaseUrl,
    },
};

/// The items of a list that are still to be taken.
pub(super) struct Items<'a> {
    rest: json::Items<'a>,
    pub(super) beside: Option<Secret>,
    /// The error of the first value that is not allowed. It is looked at after all items were taken: stopping at each
    /// item would add a tenth to the module.
    error: Option<Error>,
}

impl<'a> Items<'a> {
    pub(super) fn new(list: Json<'a>, beside: Option<Secret>) -> Self {
        Self { rest: list.items(), beside, error: None }
    }

    /// Why a value that was taken is not allowed: `invalid_option`, `invalid_params`, or an error of a URL.
    pub(super) fn error(&self) -> Option<Error> {
        self.error
    }

    #[inline(never)]
    pub(super) fn fail(&mut self, error: Error) {
        self.error = self.error.or(Some(error));
    }

    /// The value, if there is one. An error is noted.
    pub(super) fn check<T>(&mut self, value: Result<T, Error>) -> Option<T> {
        value.map_err(|error| self.fail(error)).ok()
    }

    /// The next item; `null` if there is none.
    pub(super) fn next(&mut self) -> Json<'a> {
        self.rest.next().map_or(Json::NULL, |(_, item)| item)
    }

    pub(super) fn is_true(&mut self) -> bool {
        self.next().is_true()
    }

    pub(super) fn small(&mut self) -> u32 {
        self.next().number().and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
    }

    /// An option of the app's; `null` if it is not set. One that cannot be read is noted as an error.
    pub(super) fn option(&mut self) -> Json<'a> {
        let item = self.next();
        if !item.is_list() {
            return item;
        }
        self.fail(Error::InvalidOption(Misuse::UnreadableOption));
        Json::NULL
    }

    /// An option that must be a string.
    pub(super) fn text(&mut self, otherwise: Misuse) -> Option<Secret> {
        let value = self.option();
        let text = value.text();
        if text.is_none() && !value.is_null() {
            self.fail(Error::InvalidOption(otherwise));
        }
        text
    }

    /// An option that must be one of these JSON texts: its position among them.
    pub(super) fn one_of(&mut self, texts: &[&str], otherwise: Misuse) -> Option<usize> {
        let value = self.option();
        let found = texts.iter().position(|text| *text == value.as_str());
        if found.is_none() && !value.is_null() {
            self.fail(Error::InvalidOption(otherwise));
        }
        found
    }

    /// An option that must be a whole number. One that is too large becomes the largest.
    pub(super) fn whole(&mut self, otherwise: Misuse) -> Option<u32> {
        let value = self.option();
        let number = value.number();
        if number.is_none() && !value.is_null() {
            self.fail(Error::InvalidOption(otherwise));
        }
        number.map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// Takes the item that says what is wrong with the options as a whole.
    pub(super) fn options_fault(&mut self) {
        match self.small() {
            0 => {}
            1 => self.fail(Error::InvalidOption(Misuse::CallOptionsNotAnObject)),
            _ => self.fail(Error::InvalidOption(Misuse::UnknownOption)),
        }
    }

    pub(super) fn account(&mut self) -> Option<Text> {
        self.text(Misuse::Account).map(Text::from)
    }

    pub(super) fn locale(&mut self) -> Option<Locale> {
        let value = self.option();
        match value.string() {
            // The official client treats every falsy value as not set.
            Some(text) if text.trim_ascii().is_empty() => None,
            Some(text) => self.check(Locale::parse(&text)),
            None if matches!(value.as_str(), "null" | "false" | "0") => None,
            None => {
                self.fail(Error::InvalidOption(Misuse::Locale));
                None
            }
        }
    }

    pub(super) fn timeout(&mut self) -> Option<Timeout> {
        let value = self.option();
        if value.is_null() {
            return None;
        }
        // A value that is not a whole number becomes 0, which is not allowed.
        let ms = value.number().and_then(|ms| u32::try_from(ms).ok());
        self.check(Timeout::from_whole_ms(ms.unwrap_or_default()))
    }

    /// An option that must be a URL, and the item that says whether the platform can use it.
    pub(super) fn url(&mut self) -> Option<BaseUrl> {
        let (value, is_usable) = (self.option(), self.is_true());
        if value.is_null() {
            return None;
        }
        let Some(text) = value.string() else {
            self.fail(Error::InvalidUrl(Misuse::UrlNotText));
            return None;
        };
        if text.trim_ascii().is_empty() {
            return None;
        }
        self.check(refuse_server_api(&text));
        let url = self.check(BaseUrl::parse(&text));
        if !is_usable {
            self.fail(Error::InvalidUrl(Misuse::UrlUnusable));
        }
        url
    }

    pub(super) fn beside(&mut self) -> Secret {
        self.beside.take().unwrap_or_default()
    }
}
