//! What else writes to the channel of the world's tabs: anything that runs in their pages can.

use super::{World, browser::Event, browser::stored, service::TOKEN_SECONDS};
use crate::engine_tokens::{jwt, payload};
use loginrocket_wasm::{
    engine::{Input, session::message::Stored},
    protocol::secret::Secret,
};

/// Longer than any clock here is set back.
const LONG_AGO: u64 = 1_000_000;

/// A message that no sibling would send.
#[derive(Clone, Copy, Debug)]
pub enum Said {
    /// One that a tab sent before.
    Again,
    /// To wait for a thousand years.
    Hold,
    /// To wait for something that nobody waits for.
    OddHold,
    /// A token of another session in the name of the stored one.
    OthersToken,
    /// A token of the stored session that lasts for ever.
    EternalToken,
    /// One that is over.
    OldToken,
    /// One of the future, for a session that is nobody's.
    StrangersToken,
    /// The end of a session that nobody has.
    StrangersEnd,
    /// A question about it.
    StrangersQuestion,
    Nonsense,
}

impl Said {
    pub const ALL: [Self; 10] = [
        Self::Again,
        Self::Hold,
        Self::OddHold,
        Self::OthersToken,
        Self::EternalToken,
        Self::OldToken,
        Self::StrangersToken,
        Self::StrangersEnd,
        Self::StrangersQuestion,
        Self::Nonsense,
    ];
}

impl World {
    pub(super) fn has_strangers(&self) -> bool {
        self.strangers > 0
    }

    /// A message reaches every tab that listens.
    pub(super) fn say(&mut self, what: Said, which: usize) {
        self.strangers += 1;
        let Some(text) = self.message(what, which) else { return };
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].is_listening {
                self.later(tab, 1, Event::Input(Input::Message { text: text.clone() }));
            }
        }
    }

    fn message(&self, what: Said, which: usize) -> Option<Secret> {
        let (now, wall) = (self.service.time(), self.now.wall);
        let stranger = format!("kss_stranger{which}");
        let (session, account) = match stored(self.store.as_ref()) {
            Some(Stored::Session { session, account, .. }) => (session.expose().to_owned(), account),
            _ => (stranger.clone(), None),
        };
        let token_of = |named: &str, of: &str, issued_at: u64, expires_at: u64, asked_at: u64| {
            let token = jwt(&payload(of, account.as_deref(), issued_at, expires_at));
            let its =
                account.as_deref().map_or(String::new(), |account| format!(r#""account":"{account}","#));
            format!(r#"{{"v":"1","session":"{named}",{its}"token":"{token}","asked_at":"{asked_at}"}}"#)
        };
        let text = match what {
            Said::Again => return self.posted.get(which % self.posted.len().max(1)).cloned(),
            Said::Hold => r#"{"v":"1","hold_ms":"99999999999999","code":"rate_limited"}"#.to_owned(),
            Said::OddHold => r#"{"v":"1","hold_ms":"99999999999999","code":"not_signed_in"}"#.to_owned(),
            Said::OthersToken => token_of(&session, &stranger, now, now + TOKEN_SECONDS, wall),
            Said::EternalToken => token_of(&session, &session, now, (1 << 53) - 1, wall),
            Said::OldToken => {
                token_of(&session, &session, now - LONG_AGO, now - LONG_AGO + 600, wall - LONG_AGO)
            }
            Said::StrangersToken => token_of(&stranger, &stranger, now + 9_000, now + 9_600, wall),
            Said::StrangersEnd => format!(r#"{{"v":"1","session":"{stranger}","expired":"true"}}"#),
            Said::StrangersQuestion => format!(r#"{{"v":"1","session":"{stranger}","ask":"true"}}"#),
            Said::Nonsense => {
                format!(r#"{{"v":"1","session":["{session}"],"token":{which},"asked_at":"NaN"}}"#)
            }
        };
        Some(text.into())
    }
}
