//! What a host may say to an engine: anything, in any order, of whatever ids.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test"
)]

use crate::engine_tokens::{jwks, jwt, payload, signed_in_body, signed_jwt};
use loginrocket_wasm::{
    Error, Misuse,
    engine::{
        AuthorizedFetch, CallOptions, Id, Input, OWN_IDS, Platform, Setup, Signature, StorageScope,
        StoreFault, TokenPolicy, session::Want,
    },
    protocol::{
        config::{Config, Locale, Timeout},
        endpoint::Endpoint,
        hosted::Visit,
        request::Params,
        response::{Body, Headers, Reply},
        secret::Secret,
        url::BaseUrl,
        verify::{Leeway, Rules},
    },
};
use proptest::{option, prelude::*, sample::select};

/// When the engines begin, in epoch seconds.
pub const START: u64 = 1_767_225_600;

fn token() -> String {
    signed_jwt("key_1", &payload("kss_1", Some("org_0"), START, START + 600))
}

/// Texts that mean something somewhere, and others.
fn text() -> impl Strategy<Value = String> {
    let known = vec![
        String::new(),
        "{}".to_owned(),
        "{".to_owned(),
        "[1]".to_owned(),
        token(),
        jwt(&payload("kss_2", None, 0, 9_007_199_254_740_991)),
        jwt("{}"),
        signed_in_body("kss_1", Some("org_0"), &token()),
        signed_in_body("kss_2", None, &jwt(&payload("kss_2", None, START, START + 600))),
        signed_in_body("kss_1", None, "no token"),
        r#"{"session":"kss_1","conditions":["no_account_selected"]}"#.to_owned(),
        r#"{"token":"tmf:sample"}"#.to_owned(),
        r#"{"result":"error","errors":["No."]}"#.to_owned(),
        jwks("key_1"),
        r#"{"keys":[{"kid":"key_1","n":"AQAB","e":"AQ"}]}"#.to_owned(),
        r#"{"v":"1","session":"kss_1","account":"org_0"}"#.to_owned(),
        r#"{"v":"1","session":"kss_2"}"#.to_owned(),
        r#"{"v":"1","signed_out":"true"}"#.to_owned(),
        r#"{"v":"2","session":"kss_1"}"#.to_owned(),
        r#"{"v":"1","session":"kss_1","ask":"true"}"#.to_owned(),
        r#"{"v":"1","session":"kss_1","expired":"true"}"#.to_owned(),
        r#"{"v":"1","hold_ms":"18446744073709551615","code":"rate_limited"}"#.to_owned(),
        format!(r#"{{"v":"1","session":"kss_1","token":"{}","asked_at":"18446744073709551615"}}"#, token()),
        format!(
            r#"{{"v":"1","session":"kss_1","account":"org_0","token":"{}","asked_at":"{START}"}}"#,
            token()
        ),
        format!("https://app.example.com/?token={}", token()),
    ];
    prop_oneof![8 => select(known), 1 => "\\PC{0,40}"]
}

fn secret() -> impl Strategy<Value = Secret> + Clone {
    text().prop_map(Secret::from).boxed()
}

fn a_reply() -> impl Strategy<Value = Reply> {
    let status = select(vec![0, 200, 204, 301, 400, 403, 409, 422, 429, 500, 503, 999]);
    let body = prop_oneof![
        8 => secret().prop_map(Body::Text),
        1 => Just(Body::NotUtf8),
        1 => Just(Body::TooLarge),
        1 => Just(Body::Cut),
    ];
    let wait = option::of(select(vec!["0", "7", "99999999999999999999", "x"]));
    let date = option::of(select(vec![0, 1_790_000_000, 253_402_300_799, u64::MAX]));
    (status, any::<bool>(), body, wait, date.clone(), date).prop_map(
        |(status, is_hidden_redirect, body, wait, retry_at, reset_at)| {
            let headers =
                Headers { retry_after: wait.map(Into::into), retry_at, reset_at, ..Headers::default() };
            Reply { status, is_hidden_redirect, headers, body }
        },
    )
}

fn options() -> impl Strategy<Value = CallOptions> {
    (option::of(1..600_001_u32), prop::bool::weighted(0.1)).prop_map(|(ms, is_aborted)| CallOptions {
        timeout: ms.map(|ms| Timeout::from_ms(f64::from(ms)).unwrap()),
        is_aborted,
        locale: None,
    })
}

fn url() -> impl Strategy<Value = Option<BaseUrl>> {
    let url = |text: &str| BaseUrl::parse(text).ok();
    select(vec![
        url("https://sample.e2.loginrocket.com"),
        url("https://other.e2.loginrocket.com"),
        url("http://example.com"),
        None,
    ])
}

/// What the app wants, in somebody's name.
pub fn want(id: impl Strategy<Value = Id> + Clone + 'static) -> BoxedStrategy<Input> {
    let wanted = prop_oneof![
        select(vec![0, 30, u32::MAX]).prop_map(|min_validity_seconds| Want::Token { min_validity_seconds }),
        Just(Want::Refresh),
        text().prop_map(|account| Want::Account(account.into())),
    ];
    let request = any::<[bool; 5]>().prop_map(|flags| AuthorizedFetch {
        origin: flags[0].then(|| "https://api.example.com".into()),
        is_same_origin: flags[1],
        is_authorized: flags[2] && flags[0],
        is_repeatable: flags[3],
        is_aborted: flags[4] && flags[0],
    });
    let page = select(vec!["login", "profile", "accounts", "account", "logout", "nowhere"]);
    let visit = (page, option::of(text())).prop_map(|(page, account)| Visit {
        page: page.into(),
        account: account.map(Into::into),
        ..Visit::default()
    });
    let (id1, id2, id3, id4, id5) = (id.clone(), id.clone(), id.clone(), id.clone(), id.clone());
    let (id6, id7, id8, id9) = (id.clone(), id.clone(), id.clone(), id.clone());
    prop_oneof![
        4 => (id1, select(Endpoint::ALL.to_vec()), secret(), options())
            .prop_map(|(id, endpoint, params, options)| Input::Call { id, endpoint, params: Params(params), options }),
        4 => (id2, wanted, options()).prop_map(|(id, want, options)| Input::Want { id, want, options }),
        3 => (id3, request).prop_map(|(id, request)| Input::Authorize { id, request }),
        1 => id4.prop_map(|id| Input::SignOut { id }),
        2 => (id5, option::of(secret()), any::<[bool; 2]>()).prop_map(|(id, url, [is_location, switch_user])| {
            Input::Adopt { id, url, is_location, switch_user, leeway: Leeway::default() }
        }),
        2 => (id6, secret()).prop_map(|(id, token)| Input::VerifyToken { id, token, rules: Rules::default() }),
        2 => (id7, visit).prop_map(|(id, visit)| Input::OpenHosted { id, visit }),
        1 => (id8, url()).prop_map(|(id, url)| Input::SetUrl { id, url }),
        2 => (id9, secret(), 0..7_u8).prop_map(|(id, token, which)| match which {
            0 => Input::DecodeToken { id, token },
            1 => Input::HostedUrl { id, visit: Visit { page: "login".into(), ..Visit::default() } },
            2 => Input::Snapshot { id },
            3 => Input::Explain { id },
            4 => Input::Misuse { id, error: Error::InvalidParams(Misuse::ParamsNotJson) },
            5 => Input::Url { id },
            _ => Input::SetLocale { id, locale: Locale::parse("en").ok() },
        }),
    ]
    .boxed()
}

fn any_id() -> impl Strategy<Value = Id> + Clone {
    prop_oneof![4 => 0..8_u32, 6 => OWN_IDS..OWN_IDS + 40, 1 => any::<u32>()].boxed()
}

/// Reports, of whatever that may be, and what happens around a page.
pub fn report() -> BoxedStrategy<Input> {
    let stored = prop_oneof![
        6 => option::of(secret()).prop_map(Ok),
        1 => select(StoreFault::ALL.to_vec()).prop_map(Err),
    ];
    let signature = prop_oneof![
        (0..5_000_u32).prop_map(|key_bits| Signature::Good { key_bits }),
        Just(Signature::Bad { key_bits: 2048 }),
        Just(Signature::UnreadableKey),
        Just(Signature::Unavailable),
    ];
    let key = option::of(select(vec!["loginrocket:https://sample.e2.loginrocket.com/v2/", "other"]));
    prop_oneof![
        6 => (any_id(), a_reply()).prop_map(|(id, reply)| Input::Replied { id, reply }),
        1 => (any_id(), any::<bool>()).prop_map(|(id, is_misuse)| Input::Unanswered { id, is_misuse }),
        6 => (any_id(), stored).prop_map(|(id, result)| Input::Stored { id, result }),
        3 => (any_id(), any::<bool>()).prop_map(|(id, is_granted)| Input::LockSettled { id, is_granted }),
        2 => (any_id(), any::<bool>()).prop_map(|(id, are_there)| Input::SiblingsFound { id, are_there }),
        3 => (any_id(), signature).prop_map(|(id, signature)| Input::Verified { id, signature }),
        2 => (any_id(), any::<u16>()).prop_map(|(id, status)| Input::Authorized { id, status }),
        2 => any_id().prop_map(|id| Input::Cancel { id }),
        4 => secret().prop_map(|text| Input::Message { text }),
        1 => Just(Input::ChannelClosed),
        2 => key.prop_map(|key| Input::StorageChanged { key: key.map(Into::into) }),
        2 => any::<bool>().prop_map(|is_visible| Input::Visible { is_visible }),
        1 => any::<bool>().prop_map(|is_online| Input::Online { is_online }),
        2 => Just(Input::Woke),
        1 => Just(Input::Attach),
    ]
    .boxed()
}

/// How much time passes before it, by each clock.
pub fn passing() -> impl Strategy<Value = (u64, i64)> {
    let ms = prop_oneof![6 => 0..50_u64, 3 => 0..20_000_u64, 1 => 0..1_000_000_000_u64];
    let seconds = prop_oneof![6 => Just(0_i64), 3 => 0..1_000_i64, 1 => any::<i64>()];
    (ms, seconds)
}

pub fn setup() -> impl Strategy<Value = Setup> {
    let scope = select(vec![StorageScope::Memory, StorageScope::Tab, StorageScope::Shared]);
    let policy = select(vec![TokenPolicy::Off, TokenPolicy::Lazy, TokenPolicy::Strict]);
    (url(), scope, policy, any::<[bool; 5]>(), prop::bool::weighted(0.1), any::<u64>()).prop_map(
        |(
            url,
            scope,
            policy,
            [has_locks, has_channel, has_crypto, keeps_challenge, keeps_profile],
            is_server,
            seed,
        )| Setup {
            config: Config { url, ..Config::default() },
            token_origins: vec!["https://api.example.com".into()],
            policy,
            keeps_challenge,
            keeps_profile,
            platform: Platform { scope, is_server, has_locks, has_channel, has_crypto, seed },
        },
    )
}
