//! A request of the app's own, and the service that answers it.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

/// A request of the app's. Clones are the same request.
#[derive(Clone)]
pub struct AppFetch {
    pub origin: Option<&'static str>,
    pub is_same_origin: bool,
    pub is_authorized: bool,
    pub is_repeatable: bool,
    /// Statuses that the app's service answers with; 200 after the last.
    pub statuses: Rc<RefCell<VecDeque<u16>>>,
    /// With which token it was sent, each time.
    pub tokens: Rc<RefCell<Vec<Option<String>>>>,
    /// Answers that are not let go of.
    pub open: Rc<Cell<i32>>,
    /// Holds the next answer back until `Browser::answer_app`.
    pub is_held: Rc<Cell<bool>>,
}

impl AppFetch {
    /// A request to where the page came from.
    pub fn home(statuses: impl IntoIterator<Item = u16>) -> Self {
        Self {
            origin: Some("https://app.example.com"),
            is_same_origin: true,
            is_authorized: false,
            is_repeatable: true,
            statuses: Rc::new(RefCell::new(statuses.into_iter().collect())),
            tokens: Rc::default(),
            open: Rc::default(),
            is_held: Rc::default(),
        }
    }

    /// A request to elsewhere.
    pub fn to(origin: Option<&'static str>) -> Self {
        Self { origin, is_same_origin: false, ..Self::home([]) }
    }

    /// How often it was sent, and how often with a token.
    pub fn sent(&self) -> (usize, usize) {
        let tokens = self.tokens.borrow();
        (tokens.len(), tokens.iter().flatten().count())
    }

    pub(super) fn next_status(&self) -> u16 {
        self.open.set(self.open.get() + 1);
        self.statuses.borrow_mut().pop_front().unwrap_or(200)
    }

    pub(super) fn let_go(&self) {
        self.open.set(self.open.get() - 1);
    }
}
