//! What comes of something that a test has begun.

use loginrocket_wasm::{
    engine::{Answer, Id, session::Granted},
    protocol::failure::Failure,
};
use std::{cell::RefCell, rc::Rc};

pub(super) type Slot = Rc<RefCell<Option<Outcome>>>;

/// What a wait came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    Answer(Box<Answer>),
    /// A request of the app's own was answered with that status.
    Released(u16),
}

/// What comes of something that was begun.
#[derive(Clone)]
pub struct Pending {
    pub id: Id,
    pub(super) slot: Slot,
}

impl Pending {
    pub fn is_over(&self) -> bool {
        self.slot.borrow().is_some()
    }

    /// Whether the one who asks is still there, or has its answer.
    pub fn has_asker(&self) -> bool {
        self.is_over() || Rc::strong_count(&self.slot) > 1
    }

    /// The answer, if there is one.
    pub fn answer(&self) -> Option<Answer> {
        match self.slot.borrow().clone()? {
            Outcome::Answer(answer) => Some(*answer),
            Outcome::Released(_) => None,
        }
    }

    /// Why not, if it was not done.
    pub fn failure(&self) -> Option<Failure> {
        match self.answer()? {
            Answer::Failed { failure } | Answer::Refused { failure } | Answer::NotAdopted { failure, .. } => {
                Some(failure)
            }
            _ => None,
        }
    }

    /// What it came to in a word: the code of a failure, the step after a call that can sign in, `success`, `okay`.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self.answer()? {
            Answer::Success { next } => next.map_or("success", |next| next.as_str()),
            Answer::Done => "success",
            Answer::Adopted { is_adopted: true, .. } => "adopted",
            Answer::Adopted { is_adopted: false, .. } => "nothing",
            Answer::Failed { .. } | Answer::Refused { .. } | Answer::NotAdopted { .. } => {
                self.failure()?.error.code()
            }
            _ => "okay",
        })
    }

    /// What was granted.
    pub fn granted(&self) -> Option<Granted> {
        match self.answer()? {
            Answer::Granted { granted } => Some(granted),
            _ => None,
        }
    }

    /// The token.
    pub fn token(&self) -> String {
        let granted = self.granted().unwrap_or_else(|| panic!("{:?}", self.code()));
        granted.token.expose().to_owned()
    }

    /// The status of the answer to a request of the app's own, or why it was not sent.
    pub fn status(&self) -> Option<Result<u16, &'static str>> {
        match self.slot.borrow().clone()? {
            Outcome::Released(status) => Some(Ok(status)),
            Outcome::Answer(_) => self.code().map(Err),
        }
    }
}
