//! How inputs and effects cross to a script: as lists in JSON, whose first item says which one it is.
//!
//! This is the only place that knows their numbers and the order of their items. The script's side is [made from it](script),
//! so that neither side has a number that is only explained by a comment. A long text does not stand in the list, where it
//! would be escaped and read twice: it goes beside it.

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

/// Of a kind of list: its name, and the fields with their items.
pub type Kind = (&'static str, &'static [(&'static str, &'static [Item])]);

/// The kind of something that a list says, from the type of a variant's field: `field_of(|input| …)` names it.
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
            /// What a script may say, by number.
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

// What stands after a semicolon the script knows by itself: the payload of a token is in the token that it asked about.
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
    /// What a script is to do, by number.
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
    /// What a wait came to, by number.
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

/// Reads an input. What the app gave and cannot be meant is an input too, which fails whoever waits for it; none of what no
/// script of ours says.
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

/// The effect of options that cannot be meant, for whoever waits under the number 0.
pub fn misuse(error: Error) -> Effect {
    Effect::Settle { ids: vec![0], answer: Answer::Failed { failure: error.into() } }
}
