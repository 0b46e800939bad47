//! What holds for every input of the protocol, tried with many.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a panic here is a failed test")]

use loginrocket_wasm::{
    Error,
    engine::session::message::{Entry, Message, Stored},
    protocol::{
        config::Config,
        endpoint::{Endpoint, Method},
        failure::Failure,
        hosted,
        json::Json,
        query::Query,
        request::{self, Params},
        response::{Body, Headers, Outcome, Reply, classify},
        secret::Secret,
        url::BaseUrl,
    },
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};

/// Bodies of every kind: noise in bytes, JSON of any shape, objects made of the members that are looked at, and what
/// a body is that could not be read.
fn body() -> impl Strategy<Value = Body> {
    let member = select(vec![
        r#""result":"error""#,
        r#""result":"full_login""#,
        r#""result":null"#,
        r#""session":"kss_1""#,
        r#""session":"""#,
        r#""session":{}"#,
        r#""token":"a.b.c""#,
        r#""token":"tmf:1""#,
        r#""token":"""#,
        r#""conditions":["no_account_selected",7]"#,
        r#""conditions":"must_complete_profile""#,
        r#""error":"x""#,
        r#""errors":["x"]"#,
        r#""errors":5"#,
        r#""errors":[[]]"#,
    ]);
    let object = vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")));
    let cut = (object.clone(), 0..40_usize).prop_map(|(text, at)| text.chars().take(at).collect());
    let text = prop_oneof![any::<String>(), object, cut, Just("[]".to_owned()), Just(" \n".to_owned())];
    let of_bytes =
        |bytes| String::from_utf8(bytes).map_or(Body::NotUtf8, |text| Body::Text(text.as_str().into()));
    prop_oneof![
        8 => text.prop_map(|text| Body::Text(text.as_str().into())),
        3 => vec(any::<u8>(), 0..60).prop_map(of_bytes),
        1 => Just(Body::TooLarge),
        1 => Just(Body::Cut),
    ]
}

/// Every status, and those that mean something more often.
fn status() -> impl Strategy<Value = u16> {
    prop_oneof![
        any::<u16>(),
        select(vec![0, 200, 201, 204, 302, 304, 400, 403, 404, 409, 422, 429, 500, 503])
    ]
}

fn headers() -> impl Strategy<Value = Headers> {
    let text = || option::of(".*");
    let date = || option::of(any::<u64>());
    (text(), text(), option::of("[0-9]{0,30}|.*"), date(), date(), date()).prop_map(
        |(content_type, request_id, retry_after, retry_at, reset_at, date)| Headers {
            content_type: content_type.map(Into::into),
            request_id: request_id.map(Into::into),
            retry_after: retry_after.map(Into::into),
            retry_at,
            reset_at,
            date,
        },
    )
}

/// Texts that are nearly what tabs say and stores hold.
fn nearly_ours() -> impl Strategy<Value = String> {
    let member = select(vec![
        r#""v":"1""#,
        r#""v":"2""#,
        r#""v":1"#,
        r#""session":"kss_1""#,
        r#""session":"""#,
        r#""session":null"#,
        r#""account":"org_1""#,
        r#""account":7"#,
        r#""token":"a.b.c""#,
        r#""token":8"#,
        r#""asked_at":"1790000000""#,
        r#""asked_at":"soon""#,
        r#""expired":"true""#,
        r#""signed_out":"true""#,
        r#""ask":"true""#,
        r#""hold_ms":"30""#,
        r#""hold_ms":"-1""#,
        r#""code":"rate_limited""#,
        r#""code":"nonsense""#,
    ]);
    let object = vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")));
    prop_oneof![3 => object, 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn every_answer_is_classified_with_a_known_code(
        endpoint in select(Endpoint::ALL.to_vec()), status in status(), is_hidden_redirect: bool, headers in headers(),
        body in body(), now: u64,
    ) {
        let outcome = classify(endpoint, &Reply { status, is_hidden_redirect, headers, body }, now);
        match &outcome {
            Outcome::Success(sign_in) => {
                prop_assert!((200..=299).contains(&status));
                prop_assert_eq!(sign_in.is_some(), endpoint.is_login_like());
            }
            Outcome::Done => prop_assert!(status == 204 && !endpoint.is_login_like()),
            Outcome::Refused(failure) => {
                prop_assert!((200..=299).contains(&status) || matches!(status, 409 | 422));
                prop_assert_eq!(failure.status, Some(status));
                prop_assert!(matches!(failure.error, Error::Conflict | Error::ValidationFailed));
            }
            Outcome::Failed(failure) => {
                prop_assert!(Error::ALL.contains(&failure.error));
                prop_assert_eq!(failure.status, (status != 0).then_some(status));
                prop_assert!(failure.error.retryable() || !failure.retryable);
            }
        }
        prop_assert_eq!(outcome.failure().is_none(), matches!(outcome, Outcome::Success(_) | Outcome::Done));
    }

    #[test]
    fn a_url_keeps_its_host_and_path_and_is_its_own_normal_form(
        scheme in "https?|HTTPS", host in "[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\\.[a-z]{2,6}){0,3}",
        port in option::of(1..=u16::MAX), path in "(/[a-zA-Z0-9_.~-]{1,8}){0,3}", version in "(/v2)?", slashes in "/{0,3}",
    ) {
        prop_assume!(!host.ends_with("authrocket.com"));
        let authority = port.map_or(host.clone(), |port| format!("{host}:{port}"));
        let url = BaseUrl::parse(&format!("{scheme}://{authority}{path}{version}{slashes}")).unwrap();
        let kept = path.strip_suffix("/v2").filter(|_| version.is_empty()).unwrap_or(&path);
        let kept = kept.strip_suffix("/V2").filter(|_| version.is_empty()).unwrap_or(kept);
        prop_assert_eq!(url.as_str(), format!("{}://{authority}{kept}/v2/", scheme.to_ascii_lowercase()));
        prop_assert_eq!(BaseUrl::parse(url.as_str()).unwrap(), url);
    }

    #[test]
    fn no_text_makes_the_url_parser_fail_otherwise_than_by_name(text in ".*|https?://.*|https?://[a-z\\[\\]:@/?#.%]*") {
        match BaseUrl::parse(&text) {
            Ok(url) => {
                prop_assert!(url.as_str().starts_with("http") && url.as_str().ends_with("/v2/"));
                prop_assert_eq!(BaseUrl::parse(url.as_str()).unwrap(), url);
            }
            Err(error) => prop_assert!(matches!(error.code(), "invalid_url" | "not_a_loginrocket_url")),
        }
    }

    #[test]
    fn a_query_decodes_to_what_was_encoded(members in btree_map(".*", ".*", 0..5)) {
        let mut query = Query::of(&[]);
        for (name, text) in &members {
            query.add(name, text);
        }
        let query = query.finish();
        prop_assert!(query.expose().is_ascii());
        let pairs = query.expose().trim_start_matches('?');
        let decoded: Vec<_> = form_urlencoded::parse(pairs.as_bytes()).into_owned().collect();
        prop_assert_eq!(decoded, members.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn any_parameters_make_a_request_or_are_refused_by_name(
        endpoint in select(Endpoint::ALL.to_vec()), params in r#".{0,40}|[{]("[a-z\[\]]{0,9}":("x"|[0-9]|null|\[[0-9]?\])[,}]){0,4}"#,
    ) {
        let config = Config { url: BaseUrl::parse("https://a").ok(), ..Config::default() };
        let (params, session) = (Params(params.as_str().into()), Secret::from("kss_1"));
        match request::build(&config, None, endpoint, &params, &[("session", session)]) {
            Ok(request) => {
                let is_in_url = matches!(request.method, Method::Get | Method::Delete);
                prop_assert_eq!(request.additions.is_none(), is_in_url);
                prop_assert_eq!(request.url.expose().ends_with("session=kss_1"), is_in_url);
                prop_assert!(request.url.expose().is_ascii());
            }
            Err(error) => prop_assert_eq!(error.code(), "invalid_params"),
        }
        let _ = (params.session(), params.account());
    }

    #[test]
    fn a_message_reads_as_itself_or_as_nothing(text in nearly_ours()) {
        if let Some(message) = Message::read(&text) {
            prop_assert!(Json::object(&text).unwrap().says("v", "1"));
            let own = message.to_text();
            let again = Message::read(own.expose()).unwrap().to_text();
            prop_assert_eq!(own.expose(), again.expose());
        }
    }

    #[test]
    fn an_entry_reads_as_itself_or_as_nothing_that_is_known(text in nearly_ours()) {
        let entry = Entry::read(Some(&text.as_str().into()));
        let version = Json::object(&text).and_then(|entry| entry.string_of("v"));
        prop_assert_eq!(matches!(entry, Entry::Foreign), version.is_some_and(|version| version != "1"));
        prop_assert!(!matches!(entry, Entry::Absent));
        if let Some(stored) = entry.known() {
            let is_empty = matches!(&stored, Stored::Session { session, .. } if session.expose().is_empty());
            prop_assert!(!is_empty);
            let own = stored.to_text();
            let again = Entry::read(Some(&own)).known().unwrap().to_text();
            prop_assert_eq!(own.expose(), again.expose());
        }
    }

    #[test]
    fn a_hold_of_any_length_arrives_as_it_was_sent(ms: u64, error in select(vec![Error::RateLimited, Error::ServerError])) {
        let sent = Message::Hold { ms, failure: Failure::new(error) };
        match Message::read(sent.to_text().expose()) {
            Some(Message::Hold { ms: own, failure }) => prop_assert_eq!((own, failure.error), (ms, error)),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn an_app_keeps_its_url_but_for_what_came_with_the_token(
        path in "(https://app\\.example\\.com)?/[a-z/]{0,9}",
        mut before in vec("[a-z%+]{0,5}(=[^&#]{0,9})?", 0..4),
        after in vec("[A-Z%+]{0,5}(=[^&#]{0,9})?", 0..4),
        fragment in option::of(".{0,20}"),
    ) {
        before.retain(|pair| !matches!(pair.split('=').next(), Some("token" | "account" | "session")));
        let end = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        let of = |pairs: &[String]| if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        let kept = [before.clone(), after.clone()].concat();
        let taken = ["account=org_sample1".to_owned(), "token=e30.e30.c2ln".to_owned(), "session=kss".to_owned()];
        let url = format!("{path}{}{end}", of(&[before, taken.to_vec(), after].concat()));
        let landing = hosted::landing(&url).unwrap();
        prop_assert_eq!(landing.rest, format!("{path}{}{end}", of(&kept)));
        prop_assert!(landing.token.is(&"e30.e30.c2ln".into()));
    }
}
