//! The exported class in a real browser, with real HTTP to the emulator.
//!
//! The test runner's page server also serves the package's folder, which is where the emulator's ready line lies.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy does not know these functions for tests; an unwrap here is a failed one"
)]

mod web_support;

use js_sys::Reflect;
use loginrocket_wasm::{
    Error, LoginRocket,
    browser::{self, AppRequest},
    client::session::Errand as _,
    core::response::Failure,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_support::{client, client_of, emulator, evaluate, get, new_person, run, settle, text};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_person_signs_up_signs_out_and_signs_in_again() {
    let lr = client().await;
    let person = new_person();

    let signed_up = settle(lr.signup(&person, &JsValue::UNDEFINED)).await;
    assert_eq!(text(&signed_up, "result"), "full_login");
    assert_eq!(text(&signed_up, "next"), "done");
    assert!(text(&signed_up, "session").starts_with("kss_"));
    assert!(text(&signed_up, "account").starts_with("org_"));
    assert_eq!(text(&signed_up, "token").split('.').count(), 3);

    let session = evaluate("(answer) => ({ session: answer.session })", &signed_up);
    let renewed = settle(lr.get_session(&session.clone(), &JsValue::UNDEFINED)).await;
    assert_eq!(
        (text(&renewed, "session"), text(&renewed, "next")),
        (text(&signed_up, "session"), "done".to_owned())
    );

    let ended = settle(lr.logout(&session.clone(), &JsValue::UNDEFINED)).await;
    assert_eq!(text(&ended, "result"), "okay");
    let denied = settle(lr.get_session(&session, &JsValue::UNDEFINED)).await;
    assert_eq!(
        (
            text(&denied, "result"),
            text(&denied, "code"),
            text(&denied, "source"),
            get(&denied, "status").as_f64()
        ),
        ("error".to_owned(), "access_denied".to_owned(), "AccessDenied".to_owned(), Some(403.0)),
    );
    assert_eq!(text(&denied, "error"), "Session expired or access denied.");

    let signed_in = settle(lr.login(&person, &JsValue::UNDEFINED)).await;
    assert_eq!(text(&signed_in, "next"), "done");
}

#[wasm_bindgen_test]
async fn a_wrong_password_is_a_value_with_the_services_own_text() {
    let lr = client().await;
    let person = new_person();
    settle(lr.signup(&person, &JsValue::UNDEFINED)).await;
    let wrong = evaluate("(person) => ({ ...person, password: 'not the password' })", &person);
    let refused = settle(lr.login(&wrong.clone(), &JsValue::UNDEFINED)).await;
    assert_eq!(
        (text(&refused, "result"), text(&refused, "code")),
        ("error".to_owned(), "validation_failed".to_owned())
    );
    assert!(text(&refused, "error").contains("Login failed"));
    assert_eq!(
        get(&refused, "errors"),
        evaluate("(refused) => refused.errors.length === 1 && refused.errors", &refused)
    );
    assert!(get(&refused, "source").is_undefined(), "a refusal of the service has no source");
}

#[wasm_bindgen_test]
async fn a_forgotten_password_is_reset_with_the_token_of_the_mail() {
    let lr = client().await;
    let person = new_person();
    let first = settle(lr.signup(&person, &JsValue::UNDEFINED)).await;
    let asked = settle(lr.forgot_password(&person, &JsValue::UNDEFINED)).await;
    assert_eq!(text(&asked, "result"), "okay");
    assert!(get(&asked, "token").is_undefined());

    let find = "async ([inbox, { email }]) => {
        const { mails } = await (await fetch(inbox + 'mails?to=' + encodeURIComponent(email))).json()
        return { token: mails.filter((mail) => mail.kind === 'password_reset').at(-1).token, password: 'a new password' }
    }";
    let inbox = get(&emulator().await, "inbox");
    let reset = settle(evaluate(find, &js_sys::Array::of2(&inbox, &person)).into()).await;
    let done = settle(lr.reset_password(&reset.clone(), &JsValue::UNDEFINED)).await;
    assert_eq!(text(&done, "next"), "done");

    let again = settle(lr.reset_password(&reset, &JsValue::UNDEFINED)).await;
    assert_eq!(text(&again, "code"), "validation_failed", "the token works once");
    let old = evaluate("({ session }) => ({ session })", &first);
    assert_eq!(text(&settle(lr.get_session(&old, &JsValue::UNDEFINED)).await, "code"), "access_denied");
}

#[wasm_bindgen_test]
async fn the_locale_of_a_call_picks_the_language_of_the_answer() {
    let lr = client().await;
    let nobody = run("() => ({ email: 'nobody@example.com', password: 'x' })");
    let spanish = run("() => ({ locale: 'es' })");
    let refused = settle(lr.login(&nobody, &spanish)).await;
    assert!(text(&refused, "error").contains("Error al iniciar"), "{}", text(&refused, "error"));
}

#[wasm_bindgen_test]
async fn a_dead_server_is_a_network_error() {
    // Port 9 (discard) is one that browsers refuse to call, so nothing can answer there.
    let lr = client_of("http://127.0.0.1:9/");
    let failed = settle(lr.login(&new_person(), &JsValue::UNDEFINED)).await;
    assert_eq!(
        (text(&failed, "code"), text(&failed, "source")),
        ("network_error".to_owned(), "LoginRocketError".to_owned())
    );
    assert_eq!(text(&failed, "error"), "An unexpected error occurred; please wait a minute and try again.");
    assert!(text(&failed, "message").contains("CORS"));
}

/// A client whose `fetch` is the given function; what it was called with stays in the global `seen`.
fn client_with_fetch(function: &str) -> LoginRocket {
    let options = format!(
        "() => ({{
            url: 'http://localhost/',
            fetch: (...args) => {{ globalThis.seen = args; return ({function})(...args) }},
        }})"
    );
    LoginRocket::new(&run(&options)).unwrap()
}

#[wasm_bindgen_test]
async fn whatever_stands_in_for_the_service_is_told_apart() {
    // Real `Response` objects, so that every body can be had; the service sends none of these.
    let json = "{ headers: { 'Content-Type': 'application/json' } }";
    let cases = [
        ("() => new Response('')", "empty_reply"),
        ("() => new Response(null)", "empty_reply"),
        ("() => new Response('<!doctype html>')", "not_json"),
        (&format!("() => new Response('{{\"result\":', {json})"), "malformed_json"),
        (&format!("() => new Response('{{\"result\": \"okay\"', {json})"), "malformed_json"),
        ("() => new Response('[]')", "not_an_object"),
        ("() => new Response('null', { status: 422 })", "not_an_object"),
        ("() => new Response(new Uint8Array([123, 34, 255, 34, 125]))", "invalid_encoding"),
        ("() => new Response(new Uint8Array([123, 125, 0xe6, 0x97]))", "invalid_encoding"),
        ("() => new Response('{}' + ' '.repeat(1 << 20))", "reply_too_large"),
        ("() => new Response('<h1>Bad gateway</h1>', { status: 502 })", "server_error"),
        ("() => new Response('{}', { status: 404 })", "not_found"),
        ("() => { throw new TypeError('offline') }", "network_error"),
        ("() => { throw 'no Error at all' }", "network_error"),
        ("() => Promise.reject()", "network_error"),
        ("() => undefined", "invalid_option"),
        ("() => ({ status: '200' })", "invalid_option"),
        ("() => Object.create(Response.prototype)", "invalid_option"),
        ("() => Response.error()", "network_error"),
        (
            "async () => { const r = new Response('{\"result\":\"okay\"}'); await r.text(); return r }",
            "network_error",
        ),
        ("() => { const r = new Response('{}'); r.body.getReader(); return r }", "network_error"),
        (
            "() => new Response(new ReadableStream({ start: (c) => { c.enqueue('text'); c.close() } }))",
            "network_error",
        ),
        ("() => ({ status: 200, get body() { throw 1 } })", "network_error"),
        ("() => new Response(new ReadableStream({ start: (c) => c.error('cut') }))", "network_error"),
        ("() => Response.redirect('https://example.com/')", "redirected"),
        ("() => ({ status: 7e9 })", "unexpected_status"),
    ];
    for (function, code) in cases {
        let failed = settle(client_with_fetch(function).login(&new_person(), &JsValue::UNDEFINED)).await;
        assert_eq!(
            (text(&failed, "code"), text(&failed, "result")),
            (code.to_owned(), "error".to_owned()),
            "{function}"
        );
    }
}

#[wasm_bindgen_test]
async fn an_answer_in_pieces_is_put_together_without_breaking_its_characters() {
    // Each piece is one byte, so that every character beyond ASCII is cut in two or more.
    let lr = client_with_fetch(
        "() => {
            const bytes = [...new TextEncoder().encode('{\"result\":\"okay\",\"hint\":\"日本 ñ\"}')]
            return new Response(new ReadableStream({
                pull: (c) => (bytes.length ? c.enqueue(Uint8Array.of(bytes.shift())) : c.close()),
            }))
        }",
    );
    assert_eq!(text(&settle(lr.logout(&JsValue::NULL, &JsValue::UNDEFINED)).await, "hint"), "日本 ñ");
}

#[wasm_bindgen_test]
async fn answers_that_are_no_response_of_this_page_are_read_by_what_they_can_do() {
    let cases = [
        // A polyfill of `fetch` without streams.
        "() => ({
            status: 200, headers: new Headers(),
            arrayBuffer: async () => new TextEncoder().encode('{\"result\":\"okay\"}').buffer,
        })",
        // Another realm's.
        "() => {
            const frame = document.body.appendChild(document.createElement('iframe'))
            const foreign = new frame.contentWindow.Response('{\"result\":\"okay\"}')
            return foreign
        }",
    ];
    for function in cases {
        let okay = settle(client_with_fetch(function).logout(&JsValue::NULL, &JsValue::UNDEFINED)).await;
        assert_eq!(get(&okay, "result"), JsValue::from("okay"), "{function}");
    }
}

#[wasm_bindgen_test]
async fn parameters_are_read_from_forms_maps_and_objects_without_a_prototype() {
    let lr = client_with_fetch("() => new Response('{\"result\":\"okay\"}')");
    for params in [
        "(() => { const data = new FormData(); data.set('session', 'kss_1'); return data })()",
        "new URLSearchParams('session=kss_1')",
        "new Map([['session', 'kss_1']])",
        "Object.assign(Object.create(null), { session: 'kss_1' })",
        "/(?<session>.*)/.exec('kss_1').groups",
        "{ session: new String('kss_1') }",
    ] {
        settle(lr.logout(&run(&format!("() => ({params})")), &JsValue::UNDEFINED)).await;
        assert_eq!(
            run("() => seen[0]"),
            JsValue::from("http://localhost/v2/session?session=kss_1"),
            "{params}"
        );
        settle(lr.login(&run(&format!("() => ({params})")), &JsValue::UNDEFINED)).await;
        assert_eq!(run("() => seen[1].body"), JsValue::from("{\"session\":\"kss_1\"}"), "{params}");
    }
}

#[wasm_bindgen_test]
async fn no_exception_of_a_caller_wears_the_module_out() {
    // Each used to leave some of the module's stack behind; after hundreds every client of the page was dead.
    let lr = client_with_fetch("async () => { const r = new Response('{}'); await r.text(); return r }");
    let throwing = run("() => new Proxy({}, { get() { throw 1 }, ownKeys() { throw 1 } })");
    for _ in 0..2_000 {
        assert!(LoginRocket::new(&throwing).is_err());
        settle(lr.get_session(&throwing.clone(), &throwing)).await;
        settle(lr.get_session(&JsValue::NULL, &JsValue::UNDEFINED)).await;
    }
    let good = client_with_fetch("() => new Response('{\"result\":\"okay\"}')");
    assert_eq!(text(&settle(good.logout(&JsValue::NULL, &JsValue::UNDEFINED)).await, "result"), "okay");
}

#[wasm_bindgen_test]
async fn a_call_that_is_over_leaves_no_listener_and_no_timer() {
    let signal = run("() => {
        const { setTimeout, clearTimeout } = globalThis
        globalThis.timers = new Set()
        globalThis.setTimeout = (...args) => { const id = setTimeout(...args); timers.add(id); return id }
        globalThis.clearTimeout = (id) => { timers.delete(id); clearTimeout(id) }
        globalThis.restoreTimers = () => Object.assign(globalThis, { setTimeout, clearTimeout })
        globalThis.listeners = 0
        const { signal } = new AbortController()
        return { signal: Object.assign(signal, {
            addEventListener(...args) { listeners += 1; EventTarget.prototype.addEventListener.apply(this, args) },
            removeEventListener(...args) { listeners -= 1; EventTarget.prototype.removeEventListener.apply(this, args) },
        }) }
    }");
    for function in
        ["() => new Response('{\"result\":\"okay\"}')", "() => { throw 1 }", "() => new Response('x')"]
    {
        settle(client_with_fetch(function).logout(&JsValue::NULL, &signal)).await;
    }
    let left = run("() => { restoreTimers(); return [listeners, timers.size].join() }");
    assert_eq!(left, JsValue::from("0,0"));
}

#[wasm_bindgen_test]
async fn what_the_service_says_beside_the_status_is_kept() {
    let lr = client_with_fetch(
        "() => new Response('{\"result\":\"error\",\"error\":\"Slow down\",\"errors\":[\"Slow down\"]}', {
            status: 429,
            headers: { 'Ratelimit-Reset': new Date(Date.now() + 30_000).toUTCString(), 'X-Request-ID': 'rq_sample123456' },
        })",
    );
    let limited = settle(lr.login(&new_person(), &JsValue::UNDEFINED)).await;
    assert_eq!(
        (text(&limited, "code"), text(&limited, "source")),
        ("rate_limited".to_owned(), "RateLimited".to_owned())
    );
    assert_eq!(text(&limited, "error"), "Rate limited; wait before trying again.");
    assert_eq!(evaluate("(limited) => limited.serviceErrors.join()", &limited), JsValue::from("Slow down"));
    assert_eq!(text(&limited, "requestId"), "rq_sample123456");
    let seconds = get(&limited, "retryAfterSeconds").as_f64().unwrap();
    assert!((25.0..=30.0).contains(&seconds), "{seconds}");
}

#[wasm_bindgen_test]
fn a_rust_front_end_hands_a_failure_on_as_the_package_gives_it() {
    let failure = browser::to_js(&Failure::later(Error::RateLimited, 1_500));
    let unwrapped = "(failure) => [failure.result, failure.code, failure.source, failure.retryable,
        failure.retryAfterSeconds, failure.errors.length, 'status' in failure].join()";
    let expected = "error,rate_limited,RateLimited,true,2,1,false";
    assert_eq!(evaluate(unwrapped, &failure), JsValue::from(expected));
}

#[wasm_bindgen_test]
async fn a_rust_front_end_gives_up_with_its_own_signal() {
    let controller = web_sys::AbortController::new().unwrap();
    let waiting = browser::aborted(Some(controller.signal().into()));
    controller.abort();
    waiting.await;
    let request = web_sys::Request::new_with_str("https://api.example.com/orders").unwrap();
    assert_eq!(AppRequest::from(&request).origin().as_deref(), Some("https://api.example.com"));
}

#[wasm_bindgen_test]
async fn a_request_asks_for_nothing_that_could_leak() {
    let lr = client_with_fetch("() => new Response('{\"result\":\"okay\"}')");
    let params = run("() => ({ session: 'kss_a b', at: new Date(0), deep: { list: [1, true] } })");
    settle(lr.logout(&params, &JsValue::UNDEFINED)).await;
    let asked = run("() => {
        const [url, { method, cache, credentials, redirect, referrerPolicy, headers, body }] = seen
        return [method, url, cache, credentials, redirect, referrerPolicy, [...headers.keys()].join(), body].join(' ')
    }");
    assert_eq!(
        asked.as_string().unwrap(),
        "DELETE http://localhost/v2/session?session=kss_a+b&at=1970-01-01T00:00:00.000Z&deep[list][0]=1&deep[list][1]=true \
         default omit manual no-referrer accept,lr-agent ",
    );
}

#[wasm_bindgen_test]
async fn a_hung_server_ends_in_a_timeout_and_a_signal_in_an_abort() {
    let lr = client_with_fetch(
        "(url, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))",
    );
    let twenty = run("() => ({ timeoutMs: 20 })");
    let timeout = settle(lr.login(&new_person(), &twenty)).await;
    assert_eq!((text(&timeout, "code"), get(&timeout, "retryable")), ("timeout".to_owned(), JsValue::TRUE));
    assert_eq!(run("() => seen[1].signal.aborted"), JsValue::TRUE);
    let unknown = settle(lr.signup(&new_person(), &twenty)).await;
    assert_eq!(
        (text(&unknown, "code"), get(&unknown, "retryable")),
        ("outcome_unknown".to_owned(), JsValue::FALSE)
    );

    // A reason may be anything, and must not get in the way.
    let options = run("() => {
        const controller = new AbortController()
        queueMicrotask(() => queueMicrotask(() => controller.abort('changed my mind')))
        return { signal: controller.signal }
    }");
    let aborted = settle(lr.login(&new_person(), &options)).await;
    assert_eq!((text(&aborted, "code"), get(&aborted, "retryable")), ("aborted".to_owned(), JsValue::FALSE));

    let gone = run("() => { globalThis.seen = null; return { signal: AbortSignal.abort() } }");
    assert_eq!(text(&settle(lr.login(&new_person(), &gone)).await, "code"), "aborted");
    assert!(run("() => seen").is_null(), "nothing was sent");
}

#[wasm_bindgen_test]
fn misuse_of_the_constructor_and_of_properties_throws_a_typed_error() {
    let cases = [
        ("{ url: 'not a url' }", "invalid_url"),
        ("{ url: 7 }", "invalid_url"),
        ("{ url: 'https://api-e2.authrocket.com/v2' }", "not_a_loginrocket_url"),
        ("{ url: new URL('https://x.authrocket.com') }", "not_a_loginrocket_url"),
        ("{ url: 'https://a', apiKey: 'ks_SAMPLEKEY1234' }", "api_key_in_browser"),
        ("{ locale: 'en\\r\\nx: y' }", "invalid_option"),
        ("{ locale: 7 }", "invalid_option"),
        ("{ timeoutMs: 0 }", "invalid_option"),
        ("{ timeoutMs: '5000' }", "invalid_option"),
        ("{ url: 'https://a', headers: { key: ['ks_SAMPLEKEY1234'] } }", "api_key_in_browser"),
        ("{ url: 'ks_SAMPLEKEY1234' }", "api_key_in_browser"),
        ("{ url: 'https://1.2.3.4.5/' }", "invalid_url"),
        ("{ get url() { throw 1 } }", "invalid_option"),
        ("new Proxy({}, { get() { throw 1 }, ownKeys() { throw 1 } })", "invalid_option"),
        ("{ agent: '' }", "invalid_option"),
        ("{ agent: true }", "invalid_option"),
        ("{ fetch: 'fetch' }", "invalid_option"),
        ("{ dangerouslyAllowInsecureUrl: 'yes' }", "invalid_option"),
        ("'https://a'", "invalid_option"),
    ];
    for (options, code) in cases {
        let thrown = LoginRocket::new(&run(&format!("() => ({options})"))).unwrap_err();
        assert_eq!(
            (text(&thrown, "code"), text(&thrown, "name")),
            (code.to_owned(), "LoginRocketError".to_owned()),
            "{options}"
        );
        assert!(!text(&thrown, "message").contains("SAMPLEKEY"));
        assert_eq!(
            evaluate("(e) => e instanceof Error && typeof e.stack === 'string'", &thrown),
            JsValue::TRUE
        );
    }
    let lr = LoginRocket::new(&JsValue::UNDEFINED).unwrap();
    assert_eq!(text(&lr.url().unwrap_err(), "code"), "missing_url");
    assert_eq!(text(&lr.set_url(&"ftp://a".into()).unwrap_err(), "code"), "invalid_url");
    assert_eq!(text(&lr.set_locale(&"\u{7f}".into()).unwrap_err(), "code"), "invalid_option");
}

#[wasm_bindgen_test]
async fn misuse_of_a_method_resolves_like_every_other_failure() {
    let lr = LoginRocket::new(&JsValue::NULL).unwrap();
    let unset = settle(lr.login(&JsValue::UNDEFINED, &JsValue::UNDEFINED)).await;
    assert_eq!(
        (text(&unset, "result"), text(&unset, "code")),
        ("error".to_owned(), "missing_url".to_owned())
    );

    let lr = client_of("http://example.com");
    assert_eq!(text(&settle(lr.login(&new_person(), &JsValue::UNDEFINED)).await, "code"), "insecure_url");

    let unsendable = [
        "'text'",
        "7",
        "[]",
        "[{ email: 'a' }]",
        "() => {}",
        "Symbol('a')",
        "{ a: 1n }",
        "(() => { const cycle = {}; cycle.cycle = cycle; return cycle })()",
        "{ get a() { throw 1 } }",
        "{ toJSON: () => 'x' }",
        "{ toJSON: () => undefined }",
        "new Proxy({}, { ownKeys() { throw 1 } })",
        "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
        "{ a: (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })() }",
        "{ a: Object.assign(new Date(0), { toISOString() { throw 1 } }) }",
        "{ a: Object.create(Date.prototype) }",
        "{ get [Symbol.iterator]() { return () => { throw 1 } } }",
    ];
    let lr = client_with_fetch("() => new Response('{\"result\":\"okay\"}')");
    for params in unsendable {
        let params_value = || run(&format!("() => ({params})"));
        for call in
            [lr.login(&params_value(), &JsValue::UNDEFINED), lr.logout(&params_value(), &JsValue::UNDEFINED)]
        {
            assert_eq!(get(&settle(call).await, "code"), JsValue::from("invalid_params"), "{params}");
        }
        lr.set_url(&"http://localhost/".into()).unwrap();
    }
    let mut deep = "1".to_owned();
    for _ in 0..100 {
        deep = format!("[{deep}]");
    }
    let deep = run(&format!("() => ({{ deep: {deep} }})"));
    assert_eq!(text(&settle(lr.logout(&deep, &JsValue::UNDEFINED)).await, "code"), "invalid_params");

    for options in [
        "'x'",
        "{ signal: {} }",
        "{ get signal() { throw 1 } }",
        "{ signal: 'aborted' }",
        "{ timeoutMs: -1 }",
        "{ locale: '<' }",
    ] {
        let options_value = run(&format!("() => ({options})"));
        assert_eq!(
            text(&settle(lr.login(&new_person(), &options_value)).await, "code"),
            "invalid_option",
            "{options}"
        );
    }
}

#[wasm_bindgen_test]
fn url_and_locale_can_be_read_changed_and_cleared() {
    let options = run("() => ({ url: new URL('HTTPS://A.example/v2'), locale: 'es' })");
    let lr = LoginRocket::new(&options).unwrap();
    assert_eq!(lr.url().unwrap(), "https://a.example/v2/");
    assert_eq!(lr.locale().as_deref(), Some("es"));
    lr.set_url(&"https://b.example".into()).unwrap();
    lr.set_locale(&JsValue::NULL).unwrap();
    assert_eq!((lr.url().unwrap(), lr.locale()), ("https://b.example/v2/".to_owned(), None));
    lr.set_url(&"".into()).unwrap();
    assert_eq!(text(&lr.url().unwrap_err(), "code"), "missing_url");
    assert!(Reflect::has(&lr.url().unwrap_err(), &"stack".into()).unwrap());
}
