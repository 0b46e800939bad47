//! Callers that give up, and reports that nobody waits for.

use crate::host::{Host, OKAY, SESSION, least, stored};
use loginrocket_wasm::{
    Error, Misuse,
    engine::{CallOptions, Input, Signature},
    protocol::endpoint::Endpoint,
};
use serde_json::json;

#[test]
fn a_signal_ends_a_call_and_a_late_one_changes_nothing() {
    let mut host = Host::new();
    let id = host.call(Endpoint::Login, json!({}));
    let other = host.call(Endpoint::Login, json!({}));
    host.input(Input::Cancel { id });
    assert_eq!((host.seen(id), &host.aborted[..]), ("aborted", &[id][..]));
    assert_eq!(host.seen(other), "nothing");
    host.reply(other, 200, OKAY);
    host.input(Input::Cancel { id: other });
    assert_eq!((host.seen(other), &host.aborted[..], host.wake_at), ("other", &[id][..], None));
}

#[test]
fn a_signal_that_is_aborted_already_sends_nothing() {
    for endpoint in Endpoint::ALL {
        let mut host = Host::new();
        let options = CallOptions { is_aborted: true, ..CallOptions::default() };
        let id = host.call_with(endpoint, json!({}), options);
        assert_eq!((host.seen(id), host.failure(id).retryable), ("aborted", false));
        assert_eq!((host.sent.len(), host.wake_at), (0, None));
    }
}

#[test]
fn calls_at_once_are_answered_each_for_itself() {
    let mut host = Host::new();
    let ids: Vec<_> =
        Endpoint::ALL.into_iter().map(|endpoint| host.call(endpoint, least(endpoint))).collect();
    for id in ids.iter().rev() {
        let status = 500 + u16::try_from(*id).unwrap();
        host.reply(*id, status, "");
    }
    for id in ids {
        assert_eq!(host.failure(id).status, Some(500 + u16::try_from(id).unwrap()));
    }
}

#[test]
fn late_repeated_and_unknown_reports_change_nothing() {
    let mut host = Host::new();
    let [answered, late, cancelled, lost] = [(); 4].map(|()| host.call(Endpoint::Login, json!({})));
    host.reply(answered, 500, "");
    host.input(Input::Cancel { id: cancelled });
    host.input(Input::Unanswered { id: lost, is_misuse: false });
    host.pass(10_000);
    let before = (host.answers.len(), host.aborted.len(), host.timers);
    let body = r#"{"session":"kss_1","token":"a.b.c"}"#;
    for id in [answered, late, cancelled, lost, 77, u32::MAX] {
        host.reply(id, 200, body);
        host.input(Input::Unanswered { id, is_misuse: true });
        host.input(Input::Cancel { id });
        host.input(Input::Stored { id, result: Ok(Some(SESSION.into())) });
        host.input(Input::Verified { id, signature: Signature::Good { key_bits: 2048 } });
        host.input(Input::LockSettled { id, is_granted: true });
        host.input(Input::SiblingsFound { id, are_there: true });
    }
    host.input(Input::Woke);
    assert_eq!((host.answers.len(), host.aborted.len(), host.timers), before);
    assert!(host.engine.session().tracked().is_none());
    let codes = [answered, late, cancelled, lost].map(|id| host.seen(id));
    assert_eq!(codes, ["server_error", "timeout", "aborted", "network_error"]);
}

#[test]
fn disposal_ends_all_calls_and_those_that_come_later() {
    let mut host = Host::open(stored(), Some(SESSION), true);
    let under_way = host.call(Endpoint::Login, json!({}));
    let waits = host.call(Endpoint::GetSession, json!({}));
    host.input(Input::Dispose);
    let later = host.call(Endpoint::Login, json!({}));
    host.finish_reads();
    assert_eq!([under_way, waits, later].map(|id| host.seen(id)), ["disposed"; 3]);
    assert_eq!((&host.aborted[..], host.sent.len()), (&[under_way][..], 1));
    host.reply(under_way, 200, OKAY);
    assert_eq!(host.answers.len(), 3);
}

#[test]
fn what_the_app_cannot_mean_is_said_as_it_is() {
    let mut host = Host::new();
    host.input(Input::Misuse { id: 5, error: Error::InvalidParams(Misuse::ParamsNotJson) });
    assert_eq!((host.seen(5), host.failure(5).retryable), ("invalid_params", false));
}

#[test]
fn nobody_cancels_what_the_engine_does_by_itself() {
    let mut host = Host::signed_in();
    let id = host.call(Endpoint::UpdateProfile, json!({}));
    host.reply(id, 403, "");
    let refresh = host.sent[1].id;
    host.input(Input::Cancel { id: refresh });
    assert_eq!((host.aborted.len(), host.answers.len()), (0, 1));
    host.reply(refresh, 200, r#"{"session":"kss_sample123456","account":"org_2","token":"a.b.c"}"#);
    assert!(host.engine.session().token().is_some());
}
