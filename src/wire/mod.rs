//! How inputs and effects cross to a script: as lists in JSON, whose first item says which one it is.
//!
//! This is the only place that knows their numbers and the order of their items. The script's side is
//! [made from it](script), so no number is explained only by a comment. A long text is passed beside the list. In the list
//! it would be escaped, and read twice.

mod give;
mod items;
mod options;
#[cfg(not(target_arch = "wasm32"))]
pub mod script;
mod take;

use crate::{
    Error,
    engine::{Answer, Effect, Id, Input},
    protocol::{
        json::{Json, Writer},
        secret::{Secret, Wiped},
    },
};
use give::Give;
use items::Items;
pub use options::{OPTIONS, setup};
use take::Take;

/// An item of a list as a script sees it.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    /// It has the name of the field, and this TypeScript type.
    Field(&'static str),
    /// It has a name of its own, and this TypeScript type.
    Named(&'static str, &'static str),
    /// It goes beside the list.
    Beside,
}

/// A kind of list: its name, and its fields with their items.
pub type Kind = (&'static str, &'static [(&'static str, &'static [Item])]);

/// Makes a table of kinds, and an enum of their numbers. The type of a field says which items it has.
macro_rules! kinds {
    (
        $(#[$doc:meta])* $table:ident, $numbers:ident, $trait:ident;
        $($kind:ident { $($field:ident: $type:ty),* $(,)? })*
    ) => {
        $(#[$doc])*
        pub const $table: &[Kind] = &[$((stringify!($kind), &[$((stringify!($field), <$type as $trait>::ITEMS)),*])),*];

        #[derive(Clone, Copy)]
        enum $numbers { $($kind),* }
    };
}

macro_rules! inputs {
    ($($kind:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        kinds! {
            /// The inputs that a script may give, by number.
            INPUTS, InputNumber, Take;
            $($kind { $($field: $type),* })*
        }

        fn input(number: u64, items: &mut Items<'_>) -> Option<Input> {
            $(if number == InputNumber::$kind as u64 {
                return Some(Input::$kind { $($field: <$type as Take>::take(items)),* });
            })*
            None
        }
    };
}

// A field after the semicolon does not cross, because the script knows it: the payload of a token is in the token that
// the script asked about.
macro_rules! outputs {
    ($enum:ident, $function:ident, $numbers:ident, $(#[$doc:meta])* $table:ident;
        $($kind:ident { $($field:ident: $type:ty),* $(; $known:ident)? })*) => {
        kinds! {
            $(#[$doc])*
            $table, $numbers, Give;
            $($kind { $($field: $type),* })*
        }

        fn $function(value: &$enum, writer: &mut Writer) {
            match value {
                $($enum::$kind { $($field,)* $($known: _,)? } => {
                    writer.number($numbers::$kind as u64);
                    $(<$type as Give>::give($field, writer);)*
                })*
            }
        }
    };
}

inputs! {
    Call { id: Id, endpoint: crate::protocol::endpoint::Endpoint, params: crate::protocol::request::Params, options: crate::engine::CallOptions }
    Want { id: Id, want: crate::engine::session::Want, options: crate::engine::CallOptions }
    Authorize { id: Id, request: crate::engine::AuthorizedFetch }
    SignOut { id: Id }
    Adopt { id: Id, is_location: bool, switch_user: bool, leeway: crate::protocol::verify::Leeway, url: Option<Secret> }
    VerifyToken { id: Id, rules: crate::protocol::verify::Rules, token: Secret }
    DecodeToken { id: Id, token: Secret }
    HostedUrl { id: Id, visit: crate::protocol::hosted::Visit }
    OpenHosted { id: Id, visit: crate::protocol::hosted::Visit }
    Snapshot { id: Id }
    Explain { id: Id }
    Cancel { id: Id }
    Attach {}
    Url { id: Id }
    SetUrl { id: Id, url: Option<crate::protocol::url::BaseUrl> }
    Locale { id: Id }
    SetLocale { id: Id, locale: Option<crate::protocol::config::Locale> }
    Dispose {}
    Replied { id: Id, reply: crate::protocol::response::Reply }
    Unanswered { id: Id, is_misuse: bool }
    Stored { id: Id, result: Result<Option<Secret>, crate::engine::StoreFault> }
    LockSettled { id: Id, is_granted: bool }
    SiblingsFound { id: Id, are_there: bool }
    Verified { id: Id, signature: crate::engine::Signature }
    Authorized { id: Id, status: u16 }
    Message { text: Secret }
    ChannelClosed {}
    StorageChanged { key: Option<crate::protocol::text::Text> }
    Visible { is_visible: bool }
    Online { is_online: bool }
    Woke {}
}

outputs! {
    Effect, effect, EffectNumber,
    /// The effects, by number.
    EFFECTS;
    Settle { ids: Vec<Id>, answer: Answer }
    Fetch { id: Id, request: crate::protocol::request::Request }
    Abort { id: Id }
    WakeAt { at_ms: Option<u64> }
    Read { id: Id, key: crate::protocol::text::Text }
    Write { id: Id, key: crate::protocol::text::Text, value: Secret }
    Remove { id: Id, key: crate::protocol::text::Text }
    ReadTab { id: Id, key: crate::protocol::text::Text }
    WriteTab { key: crate::protocol::text::Text, value: Option<Secret> }
    Lock { id: Id, name: crate::protocol::text::Text }
    Unlock { id: Id }
    FindSiblings { id: Id, name: crate::protocol::text::Text }
    Announce { name: Option<crate::protocol::text::Text> }
    Listen { name: Option<crate::protocol::text::Text> }
    Post { text: Secret }
    Watch { is_on: bool }
    Notify {}
    VerifySignature { id: Id, key: u32, public_key: crate::protocol::jwks::PublicKey, token: crate::engine::SignedToken }
    SendAuthorized { id: Id, token: Option<Secret> }
    Release { id: Id }
    ReplaceUrl { url: crate::protocol::text::Text }
    Navigate { url: Secret }
}

outputs! {
    Answer, answer, AnswerNumber,
    /// The answers, by number.
    ANSWERS;
    Success { next: Option<crate::protocol::response::Next> }
    Done {}
    Refused { failure: crate::protocol::failure::Failure }
    Failed { failure: crate::protocol::failure::Failure }
    Granted { granted: crate::engine::session::Granted }
    Adopted { is_adopted: bool, rest: Option<crate::protocol::text::Text> }
    NotAdopted { failure: crate::protocol::failure::Failure, profile: Option<crate::protocol::text::Text>, rest: Option<crate::protocol::text::Text> }
    Claims { is_trusted: bool; payload }
    Url { url: Secret }
    Locale { locale: Option<crate::protocol::text::Text> }
    Snapshot { snapshot: std::rc::Rc<crate::engine::session::snapshot::Snapshot> }
    Explanation { explanation: Box<crate::engine::explain::Explanation> }
}

/// Reads an input. If it holds a value of the app that is not allowed, gives an [`Input::Misuse`], which fails the
/// caller. Gives none for a list that our script never writes.
pub fn read(list: &str, beside: Option<Secret>) -> Option<Input> {
    let list = Json::parse(list).filter(|list| list.is_list())?;
    let mut items = Items::new(list, beside);
    let number = items.next().number()?;
    let input = input(number, &mut items);
    let Some(error) = items.error() else { return input };
    let id = list.items().nth(1)?.1.number()?;
    Some(Input::Misuse { id: Id::try_from(id).ok()?, error })
}

/// Writes effects, as a list of lists.
pub fn write(effects: &[Effect]) -> Wiped<String> {
    let mut writer = Writer::default();
    writer.open(b'[');
    for one in effects {
        writer.open(b'[');
        effect(one, &mut writer);
        writer.close(b']');
    }
    writer.close(b']');
    writer.into_text()
}

/// The effect that refuses the options of a client. The script waits for it under the id 0.
pub fn misuse(error: Error) -> Effect {
    Effect::Settle { ids: vec![0], answer: Answer::Failed { failure: error.into() } }
}
