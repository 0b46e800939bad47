//! The app's own requests with the session's token: to whom it goes, and what a 401 leads to.

use crate::{
    support::{Answer, tabs::Locking},
    tab::{Pending, Tab, browser, conditional, signed_in},
};
use futures::{FutureExt, channel::oneshot};
use loginrocket_wasm::{
    client::session::{Errand, Kept},
    core::{
        request::Endpoint,
        response::Failure,
        secret::Secret,
        session::{State, Want},
    },
};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

/// A request of the app's, and what came of it.
#[derive(Clone)]
struct Request {
    origin: Option<&'static str>,
    stays_at_home: bool,
    is_authorized: bool,
    is_repeatable: bool,
    /// Statuses that the app's backend answers with.
    statuses: Rc<RefCell<VecDeque<u16>>>,
    tokens: Rc<RefCell<Vec<Option<String>>>>,
    /// Answers that are not let go of.
    open: Rc<Cell<i32>>,
    /// Holds the first answer back.
    gate: Rc<Cell<Option<oneshot::Receiver<()>>>>,
}

struct Reply {
    status: u16,
    open: Rc<Cell<i32>>,
}

impl Errand for Request {
    type Answer = Reply;

    fn origin(&self) -> Option<String> {
        self.origin.map(str::to_owned)
    }

    fn stays_at_home(&self) -> bool {
        self.stays_at_home
    }

    fn is_authorized(&self) -> bool {
        self.is_authorized
    }

    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    async fn send(&self, token: Option<&Secret>) -> Reply {
        self.tokens.borrow_mut().push(token.map(|token| token.expose().to_owned()));
        if let Some(gate) = self.gate.take() {
            gate.await.unwrap();
        }
        self.open.set(self.open.get() + 1);
        Reply { status: self.statuses.borrow_mut().pop_front().unwrap_or(200), open: Rc::clone(&self.open) }
    }

    fn is_unauthorized(answer: &Reply) -> bool {
        answer.status == 401
    }

    fn discard(answer: Reply) {
        answer.open.set(answer.open.get() - 1);
    }
}

impl Request {
    fn home(statuses: impl IntoIterator<Item = u16>) -> Self {
        Self {
            origin: Some("https://app.example.com"),
            stays_at_home: true,
            is_authorized: false,
            is_repeatable: true,
            statuses: Rc::new(RefCell::new(statuses.into_iter().collect())),
            tokens: Rc::default(),
            open: Rc::default(),
            gate: Rc::default(),
        }
    }

    fn to(origin: Option<&'static str>) -> Self {
        Self { origin, stays_at_home: false, ..Self::home([]) }
    }

    /// How often it was sent, and how often with a token.
    fn sent(&self) -> (usize, usize) {
        let tokens = self.tokens.borrow();
        (tokens.len(), tokens.iter().flatten().count())
    }
}

fn send(tab: &Tab, request: &Request) -> Pending<Result<Reply, Failure>> {
    send_until(tab, request, None)
}

fn send_until(
    tab: &Tab,
    request: &Request,
    given_up: Option<oneshot::Receiver<()>>,
) -> Pending<Result<Reply, Failure>> {
    let (session, request) = (tab.session.clone(), request.clone());
    let given_up = given_up.map(|given_up| given_up.map(drop).shared());
    tab.begin(async move {
        let cancelled = || match &given_up {
            Some(given_up) => given_up.clone().boxed_local(),
            None => std::future::pending().boxed_local(),
        };
        session.send_with_token(request, cancelled).await
    })
}

fn status(sending: &Pending<Result<Reply, Failure>>) -> Option<Result<u16, &'static str>> {
    let answer = sending.take()?;
    Some(answer.map(|reply| reply.status).map_err(|failure| failure.facts.code))
}

#[test]
fn the_token_goes_home_and_to_the_listed_origins_and_nowhere_else() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let token = tab.token(5).token();
    for request in [Request::home([]), Request::to(Some("https://api.example.com"))] {
        assert_eq!(status(&send(&tab, &request)), Some(Ok(200)));
        assert_eq!(*request.tokens.borrow(), [Some(token.clone())]);
    }
    for origin in [
        None,
        Some("https://evil.example.com"),
        Some("http://api.example.com"),
        Some("https://api.example.com:8443"),
        Some("https://api.example.com.evil.example"),
        Some("null"),
    ] {
        let request = Request::to(origin);
        assert_eq!(status(&send(&tab, &request)), Some(Ok(200)));
        assert_eq!(request.sent(), (1, 0), "{origin:?}");
    }
    let own = Request { is_authorized: true, ..Request::home([401]) };
    assert_eq!(status(&send(&tab, &own)), Some(Ok(401)));
    assert_eq!((own.sent(), tab.refreshes()), ((1, 0), 0), "it says itself who asks");
}

#[test]
fn a_request_to_elsewhere_neither_waits_nor_refreshes() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.expire();
    tab.platform.tab.locking.set(Locking::Silent);
    let request = Request { statuses: Rc::new(RefCell::new([401].into())), ..Request::to(None) };
    assert_eq!(status(&send(&tab, &request)), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes()), ((1, 0), 0));
}

#[test]
fn an_expired_token_is_replaced_before_the_request_is_sent() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let old = tab.token(5).token();
    tab.expire();
    let requests = [Request::home([]), Request::home([]), Request::home([])];
    let sending = requests.each_ref().map(|request| send(&tab, request));
    assert!(sending.iter().all(|sending| status(sending) == Some(Ok(200))));
    assert!(
        requests.iter().all(|request| request.tokens.borrow()[0].as_ref().is_some_and(|token| *token != old))
    );
    assert_eq!(tab.refreshes(), 1);
}

#[test]
fn a_401_leads_to_one_refresh_and_one_more_try() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.pass(2_000);
    let request = Request::home([401, 200]);
    assert_eq!(status(&send(&tab, &request)), Some(Ok(200)));
    let tokens = request.tokens.borrow();
    assert!(tokens.len() == 2 && tokens[0] != tokens[1]);
    assert_eq!((tab.refreshes(), request.open.get()), (1, 1), "the first answer is let go of");
}

#[test]
fn a_second_401_is_the_answer() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.pass(2_000);
    let request = Request::home([401, 401]);
    assert_eq!(status(&send(&tab, &request)), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes(), tab.state()), ((2, 2), 1, State::SignedIn));
}

#[test]
fn a_refresh_that_brings_the_same_token_is_no_reason_to_try_again() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([signed_in("kss_sample1", "org_sample1", tab.now())]);
    let request = Request::home([401]);
    assert_eq!(status(&send(&tab, &request)), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes(), request.open.get()), ((1, 1), 1, 1));
}

#[test]
fn a_refresh_that_fails_leaves_the_401_as_it_is() {
    for answer in
        [Answer::Status(503, ""), Answer::Limited(60), Answer::Fault(loginrocket_wasm::Error::Network)]
    {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        tab.browser.script([answer]);
        let request = Request::home([401]);
        assert_eq!(status(&send(&tab, &request)), Some(Ok(401)));
        assert_eq!((request.sent(), tab.state()), ((1, 1), State::SignedIn));
    }
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    assert_eq!(status(&send(&tab, &Request::home([401]))), Some(Ok(401)));
    assert_eq!(tab.state(), State::SignedOut, "the service says that the session is over");
}

#[test]
fn a_request_that_cannot_be_sent_twice_has_its_401_at_once_and_the_next_one_fares_better() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let old = tab.token(5).token();
    tab.browser.pass(2_000);
    tab.browser.script([Answer::Held]);
    let request = Request { is_repeatable: false, ..Request::home([401]) };
    assert_eq!(status(&send(&tab, &request)), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes()), ((1, 1), 1));
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_ne!(tab.token(5).token(), old);
}

#[test]
fn whoever_comes_back_with_a_401_to_a_newer_token_asks_for_no_other() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.pass(2_000);
    let (late, early) = (Request::home([401, 200]), Request::home([401, 200]));
    let (open, gate) = oneshot::channel();
    late.gate.set(Some(gate));
    let waiting = send(&tab, &late);
    assert_eq!(status(&send(&tab, &early)), Some(Ok(200)));
    tab.browser.does(|| open.send(()).unwrap());
    assert_eq!((status(&waiting), late.sent()), (Some(Ok(200)), (2, 2)));
    assert_eq!(tab.refreshes(), 1);
}

#[test]
fn an_api_that_always_says_401_costs_one_refresh() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    for _ in 0..50 {
        tab.browser.pass(500);
        let request = Request::home([401, 401]);
        assert_eq!(status(&send(&tab, &request)), Some(Ok(401)));
    }
    assert_eq!((tab.refreshes(), tab.state()), (1, State::SignedIn));
}

#[test]
fn a_request_is_never_sent_again_as_somebody_else() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let request = Request::home([401, 200]);
    let (open, gate) = oneshot::channel();
    request.gate.set(Some(gate));
    let waiting = send(&tab, &request);
    tab.sign_out();
    tab.browser.script([Answer::Held]);
    let login = tab.call(Endpoint::Login, json!({}));
    tab.browser.answer(signed_in("kss_other", "org_other", tab.now()));
    assert!(login.is_over());
    tab.browser.does(|| open.send(()).unwrap());
    assert_eq!((status(&waiting), request.sent()), (Some(Ok(401)), (1, 1)));
}

#[test]
fn nor_in_another_account() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let request = Request::home([401, 200]);
    let (open, gate) = oneshot::channel();
    request.gate.set(Some(gate));
    let waiting = send(&tab, &request);
    tab.browser.pass(2_000);
    assert_eq!(tab.want(Want::Account("org_sample2".to_owned())).told(), Some("okay"));
    tab.browser.does(|| open.send(()).unwrap());
    assert_eq!((status(&waiting), request.sent()), (Some(Ok(401)), (1, 1)));
}

#[test]
fn a_request_that_waits_for_its_token_does_not_go_out_as_who_signs_in_meanwhile() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang, Answer::Held]);
    let request = Request::home([200]);
    let waiting = send(&tab, &request);
    let login = tab.call(Endpoint::Login, json!({}));
    tab.browser.answer(signed_in("kss_other", "org_other", tab.now()));
    assert!(login.is_over());
    assert_eq!((status(&waiting), request.sent()), (Some(Err("aborted")), (0, 0)));
}

#[test]
fn who_is_not_signed_in_sends_as_is() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let request = Request::home([401]);
    assert_eq!(status(&send(&tab, &request)), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes()), ((1, 0), 0));

    tab.browser.script([conditional("kss_sample1", None, "must_complete_profile")]);
    tab.call(Endpoint::Login, json!({}));
    let request = Request::home([]);
    assert_eq!(status(&send(&tab, &request)), Some(Ok(200)));
    assert_eq!(request.sent(), (1, 0));
}

#[test]
fn where_no_token_can_be_had_nothing_is_sent() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.expire();
    tab.browser.script([Answer::Status(503, "")]);
    let request = Request::home([]);
    assert_eq!(status(&send(&tab, &request)), Some(Err("server_error")));
    tab.session.dispose();
    assert_eq!(status(&send(&tab, &request)), Some(Err("disposed")));
    assert_eq!(request.sent(), (0, 0));
}

#[test]
fn who_gives_up_while_a_token_is_fetched_is_told_so() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang]);
    let (leave, given_up) = oneshot::channel();
    let request = Request::home([]);
    let sending = send_until(&tab, &request, Some(given_up));
    assert!(!sending.is_over());
    tab.browser.does(|| leave.send(()).unwrap());
    assert_eq!((status(&sending), request.sent()), (Some(Err("aborted")), (0, 0)));
}

#[test]
fn who_gives_up_after_a_401_does_not_wait_for_the_refresh() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Hang]);
    let (leave, given_up) = oneshot::channel();
    let request = Request::home([401]);
    let sending = send_until(&tab, &request, Some(given_up));
    assert!(!sending.is_over());
    tab.browser.does(|| leave.send(()).unwrap());
    assert_eq!((status(&sending), request.sent()), (Some(Err("aborted")), (1, 1)));
}

#[test]
fn a_token_of_the_next_account_is_used_for_the_next_request() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let switched = tab.want(Want::Account("org_sample2".to_owned())).token();
    let request = Request::home([]);
    send(&tab, &request);
    assert_eq!(*request.tokens.borrow(), [Some(switched)]);
}
