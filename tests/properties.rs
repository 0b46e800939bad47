//! What holds for every input, tried with many.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use loginrocket_wasm::{
    Error,
    core::{
        http_date, query,
        request::Endpoint,
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
use support::{JsonRecord, reply, told};

/// Bodies of every kind: noise in bytes, JSON of any shape, objects made of the members that are looked at, and what
/// a body is that could not be read.
fn body() -> impl Strategy<Value = Raw> {
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
    prop_oneof![
        8 => text.prop_map(|text| Raw::Bytes(text.into_bytes())),
        3 => vec(any::<u8>(), 0..60).prop_map(Raw::Bytes),
        1 => Just(Raw::TooLarge),
        1 => Just(Raw::Cut),
    ]
}

/// What comes over the wire.
#[derive(Clone, Debug)]
enum Raw {
    Bytes(Vec<u8>),
    TooLarge,
    Cut,
}

impl Raw {
    /// Read as the browser reads it.
    fn read(self) -> Body<JsonRecord> {
        match self {
            Self::Bytes(bytes) => {
                String::from_utf8(bytes).map_or(Body::NotUtf8, |text| reply(200, &text).body)
            }
            Self::TooLarge => Body::TooLarge,
            Self::Cut => Body::Cut,
        }
    }
}

/// Every status, and those that mean something more often.
fn status() -> impl Strategy<Value = u16> {
    prop_oneof![
        any::<u16>(),
        select(vec![0, 200, 201, 204, 302, 304, 400, 403, 404, 409, 422, 429, 500, 503])
    ]
}

fn headers() -> impl Strategy<Value = Headers> {
    (option::of(".*"), option::of(".*"), option::of("[0-9]{0,30}|.*"), option::of(".*")).prop_map(
        |(content_type, request_id, retry_after, ratelimit_reset)| Headers {
            content_type,
            request_id,
            retry_after,
            ratelimit_reset,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn every_answer_is_classified_and_only_a_2xx_or_a_refusal_gives_its_body(
        endpoint in select(Endpoint::ALL.to_vec()), status in status(), is_hidden_redirect: bool, headers in headers(),
        body in body(), now: u64,
    ) {
        let outcome = classify(endpoint, Reply { status, is_hidden_redirect, headers: headers.into(), body: body.read() }, now);
        match &outcome {
            Outcome::Success(_, next) => {
                prop_assert!((200..=299).contains(&status));
                prop_assert_eq!(next.is_some(), endpoint.is_login_like());
            }
            Outcome::Done => prop_assert_eq!(status, 204),
            Outcome::Refused(_, refusal) => {
                prop_assert!((200..=299).contains(&status) || matches!(status, 409 | 422));
                prop_assert_eq!(refusal.facts.status, Some(status));
                prop_assert!(!refusal.errors.is_empty());
            }
            Outcome::Failed(failure) => {
                prop_assert!(Error::ALL.iter().any(|error| error.code() == failure.facts.code));
                prop_assert!(!failure.error.is_empty() && !failure.message.is_empty());
            }
        }
        prop_assert!(!told(&outcome).is_empty());
    }

    #[test]
    fn a_url_that_is_accepted_keeps_its_host_and_path_and_is_its_own_normal_form(
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
        let values: Vec<_> = members
            .iter()
            .map(|(name, text)| (name.clone(), Some(Secret::new(text.clone()))))
            .collect();
        let query = query::encode(&values);
        prop_assert!(query.expose().is_ascii());
        let decoded: Vec<_> = form_urlencoded::parse(query.expose().as_bytes()).into_owned().collect();
        prop_assert_eq!(decoded, members.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn any_text_is_a_date_within_the_years_of_http_or_none(text in ".*|[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,9} [0-9:]{0,9} GMT") {
        // The last second of the year 9999, and a leap second.
        prop_assert!(http_date::parse(&text).is_none_or(|at| at <= 253_402_300_800));
    }
}
