//! The hosted pages (protocol.md#hosted-pages), as a browser meets them: forms, cookies and redirects.

use http::{Method, Request};
use loginrocket_emulator::Listener;
use loginrocket_emulator::settings::{EmailVerification, Field, ForeignRedirect, Signup};
use loginrocket_emulator::totp;
use serde_json::{Value, json};

use crate::browser::{APP, Browser, handed_off, location, shows};
use crate::support::{ADA, Emulator, PASSWORD, rng};

#[test]
fn a_login_ends_at_the_app_with_a_token_and_a_cookie() {
    let mut browser = Browser::new();
    assert_eq!(location(&browser.get("/")), "/login");
    shows(&browser.get("/login"), "name=\"password\"");
    let answer = browser.log_in();
    assert_eq!(handed_off(&answer, APP)["email"], ADA);
    assert!(browser.cookie.is_some());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn a_wrong_password_shows_the_form_again_without_it() {
    let mut browser = Browser::new();
    let answer =
        browser.post("/login", &[("email", ADA), ("password", "not-this-one"), ("redirect_uri", APP)]);
    assert_eq!(answer.status, 422);
    shows(&answer, "Login failed");
    shows(&answer, ADA);
    shows(&answer, APP);
    assert!(!answer.text().contains("not-this-one"));
}

#[test]
fn a_known_browser_goes_straight_on_unless_it_is_asked_again() {
    let mut browser = Browser::new();
    browser.log_in();
    for path in ["/login", "/signup"] {
        handed_off(&browser.get(path), APP);
    }
    shows(&browser.get("/login?prompt=login"), "name=\"password\"");
    handed_off(&browser.get("/login"), APP);
    assert_eq!(location(&browser.get("/logout")), "/login");
    shows(&browser.get("/login"), "name=\"password\"");
}

#[test]
fn a_redirect_uri_is_trusted_below_a_login_url_and_keeps_its_query() {
    let mut browser = Browser::new();
    browser.log_in();
    let answer = browser.get("/login?redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fapp%2Fdeep%3Fx%3D1");
    handed_off(&answer, "http://localhost:3000/app/deep?x=1&");
}

#[test]
fn an_app_comes_back_by_a_scheme_of_its_own_that_is_listed() {
    let mut browser = Browser::new();
    let (now, emulator) = (browser.emulator.now, &mut browser.emulator);
    let listed = [APP, "com.example.app:/signed-in", "myapp://signed-in"].map(str::to_owned);
    emulator.realm().set_login_urls(&listed, now, &mut rng());
    let page = browser.get("/login");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains(" com.example.app: ") && policy.contains(" myapp:"), "{policy}");
    browser.log_in();
    for (uri, expected) in [
        ("com.example.app%3A%2Fsigned-in%2Fx", "com.example.app:/signed-in/x?token="),
        ("myapp%3A%2F%2Fsigned-in%3Fkept%3D1", "myapp://signed-in?kept=1&token="),
        ("com.example.other%3A%2Fsigned-in", "http://localhost:3000/app?token="),
        ("myapp%3A%2F%2Felsewhere", "http://localhost:3000/app?token="),
    ] {
        let answer = browser.get(&format!("/login?redirect_uri={uri}"));
        assert!(location(&answer).starts_with(expected), "{uri}: {}", location(&answer));
    }
}

#[test]
fn other_redirect_uris_fall_back_to_the_first_login_url_or_fail() {
    let mut browser = Browser::new();
    browser.log_in();
    let foreign = [
        "http://localhost:3000/apple",
        "http://localhost:3001/app",
        "https://localhost:3000/app",
        "http://localhost:3000@evil.example.com/app",
        "http://user@localhost:3000/app",
        "javascript:alert(1)",
        "//evil.example.com/app",
    ];
    for uri in foreign {
        let answer =
            browser.get(&format!("/login?redirect_uri={}", uri.replace('/', "%2F").replace(':', "%3A")));
        assert!(location(&answer).starts_with("http://localhost:3000/app?token="), "{uri}");
    }
    browser.emulator.settings().assumptions.foreign_redirect = ForeignRedirect::Error;
    let answer = browser.get("/login?redirect_uri=http%3A%2F%2Fevil.example.com%2F");
    assert_eq!(answer.status, 422);
}

#[test]
fn a_logout_ends_the_named_session_and_forwards_within_the_realm_only() {
    let mut browser = Browser::new();
    let session = browser.emulator.log_in().session();
    let answer = browser
        .get(&format!("/logout?session={session}&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fapp%2Fbye"));
    assert_eq!(location(&answer), "http://localhost:3000/app/bye");
    browser.emulator.refresh(&session).is_logged_out();
    assert_eq!(location(&browser.get("/logout?redirect_uri=http%3A%2F%2Fevil.example.com%2F")), "/login");
}

#[test]
fn a_signup_asks_for_what_the_realm_wants_and_hands_off() {
    let mut browser = Browser::with(|settings| {
        settings.username_field = Field::Hidden;
        settings.name_field = Field::Required;
    });
    let page = browser.get("/signup");
    shows(&page, "name=\"first_name\"");
    assert!(!page.text().contains("name=\"username\""));
    let form = [("email", "bob@example.com"), ("password", "a-good-password"), ("first_name", "Bob")];
    shows(&browser.post("/signup", &form), "Last name can&#39;t be blank");
    let form = [form.as_slice(), &[("last_name", "Bee")]].concat();
    assert_eq!(handed_off(&browser.post("/signup", &form), APP)["name"], "Bob Bee");
}

#[test]
fn an_invite_only_realm_shows_the_request_form_and_takes_invitations() {
    let mut browser = Browser::with(|settings| settings.signup = Signup::Invitation);
    shows(&browser.get("/signup"), "action=\"/signup/request\"");
    shows(&browser.post("/signup/request", &[("email", "bob@example.com")]), "Thank you");
    let invitation = browser.emulator.realm().invitations.values_mut().next().unwrap();
    invitation.invited = true;
    let token = invitation.token.reveal().to_owned();
    shows(&browser.get(&format!("/signup?invitation={token}")), "value=\"bob@example.com\"");
    let form = [("email", "bob@example.com"), ("password", "a-good-password"), ("invitation", &token)];
    handed_off(&browser.post("/signup", &form), APP);
}

#[test]
fn a_closed_realm_says_so() {
    let mut browser = Browser::with(|settings| settings.signup = Signup::Closed);
    shows(&browser.get("/signup"), "Signup is closed");
}

#[test]
fn mails_without_an_app_lead_to_pages_that_work() {
    let mut browser = Browser::with(|settings| settings.email_verification = EmailVerification::Preverify);
    shows(&browser.post("/forgot", &[("email", ADA)]), "Check your mail");
    let link = browser.emulator.mail_to(ADA)["link"].as_str().unwrap().to_owned();
    let path = link.strip_prefix("http://127.0.0.1:4400").expect("the link leads here").to_owned();
    let page = browser.get(&path);
    shows(&page, "name=\"password\"");
    let token = browser.emulator.mailed_token(ADA);
    shows(&page, &token);
    shows(&browser.post("/reset", &[("token", &token), ("password", "short")]), "too short");
    handed_off(&browser.post("/reset", &[("token", &token), ("password", "brand-new-one")]), APP);

    shows(
        &browser.post("/signup", &[("email", "bob@example.com"), ("password", "a-good-password")]),
        "Check your mail",
    );
    let link = browser.emulator.mail_to("bob@example.com")["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with("http://127.0.0.1:4400/signup?invitation="));
}

#[test]
fn looking_at_a_verification_link_does_not_use_it_up() {
    let mut browser = Browser::with(|settings| settings.email_verification = EmailVerification::Optional);
    let session = browser.emulator.sign_up("bob@example.com").session();
    let token = browser.emulator.mailed_token("bob@example.com");
    shows(&browser.get(&format!("/verify-email?token={token}")), "One click");
    assert!(browser.emulator.refresh(&session).claims().get("email_verified").is_none());
    shows(&browser.post("/verify-email", &[("token", &token)]), "is verified");
    assert_eq!(browser.emulator.refresh(&session).claims()["email_verified"], true);
    shows(&browser.post("/verify-email", &[("token", &token)]), "invalid");
}

#[test]
fn a_session_from_the_api_opens_the_profile_without_a_second_login() {
    let mut browser = Browser::new();
    assert_eq!(location(&browser.get("/profile?redirect_uri=x")), "/login?redirect_uri=x");
    let session = browser.emulator.log_in().session();
    shows(&browser.get(&format!("/profile?session={session}")), "value=\"Lovelace\"");
    shows(&browser.post("/profile", &[("first_name", "Augusta"), ("username", "")]), "Saved.");
    assert_eq!(browser.emulator.refresh(&session).claims()["given_name"], "Augusta");
    let answer = browser
        .post("/profile", &[("last_name", "King"), ("redirect_uri", "http://localhost:3000/app/back")]);
    assert_eq!(handed_off(&answer, "http://localhost:3000/app/back")["family_name"], "King");
    shows(&browser.post("/profile", &[("username", "a b")]), "Username is invalid");
}

#[test]
fn a_password_is_changed_on_the_profile() {
    let mut browser = Browser::new();
    browser.log_in();
    let wrong = [("current_password", "wrong"), ("password", "brand-new-one")];
    shows(&browser.post("/profile/password", &wrong), "Current password does not match");
    let right = [("current_password", PASSWORD), ("password", "brand-new-one")];
    shows(&browser.post("/profile/password", &right), "was changed");
}

#[test]
fn a_second_factor_is_set_up_on_the_profile_and_asked_for_at_the_next_login() {
    let mut browser = Browser::with(|settings| settings.totp = true);
    browser.log_in();
    shows(&browser.get("/profile"), "Set up an authenticator app");
    shows(&browser.post("/profile/authenticator", &[]), "otpauth://totp/");
    let credential = browser.emulator.realm().credentials.values().next().unwrap().clone();
    let code = totp::code(credential.secret.reveal(), browser.emulator.now).unwrap();
    shows(
        &browser.post("/profile/authenticator/verify", &[("credential", &credential.id), ("code", "x")]),
        "Verification failed",
    );
    shows(
        &browser.post("/profile/authenticator/verify", &[("credential", &credential.id), ("code", &code)]),
        "asked for",
    );
    browser.get("/logout");
    shows(&browser.log_in(), "One more step");
    let token = browser.emulator.realm().tokens.keys().next().unwrap().reveal().to_owned();
    shows(&browser.post("/login/verify", &[("token", &token), ("code", "x")]), "Verification failed");
    handed_off(&browser.post("/login/verify", &[("token", &token), ("code", &code)]), APP);
}

#[test]
fn forms_from_other_sites_and_other_media_types_are_refused() {
    let mut browser = Browser::new();
    let form = [("email", ADA), ("password", PASSWORD)];
    let answer = browser.send(Method::POST, "/login", &form, Some("https://evil.example.com"));
    assert_eq!((answer.status, answer.header("set-cookie")), (403, None));
    assert_eq!(browser.send(Method::POST, "/login", &form, None).status, 415);
    assert_eq!(browser.post("/logout", &[]).status, 405);
}

#[test]
fn pages_are_escaped_and_run_under_a_strict_policy() {
    let mut browser = Browser::new();
    let answer = browser.get("/login?redirect_uri=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert!(!answer.text().contains("<script"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(policy.contains("form-action 'self' http://localhost:3000"), "{policy}");
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
}

#[test]
fn pages_speak_the_visitors_language() {
    let mut browser = Browser::new();
    let ask = |browser: &mut Browser, language: &str| {
        let request = Request::get("/login").header("accept-language", language).body(Vec::new()).unwrap();
        browser.emulator.send(&request)
    };
    shows(&ask(&mut browser, "es-MX"), "Iniciar sesión");
    shows(&ask(&mut browser, "ja"), "lang=\"ja\"");
    shows(&ask(&mut browser, "fr"), "lang=\"en\"");
    let id = browser.emulator.user_id(ADA);
    browser.emulator.realm().users[&id].locale = Some("ja".into());
    browser.log_in();
    shows(&browser.get("/profile"), "プロフィール");
    shows(&browser.post("/profile", &[("username", "a b")]), "Usernameが正しくありません");
    browser.emulator.settings().totp = true;
    shows(&browser.post("/profile/authenticator", &[]), "認証アプリに追加してください: otpauth");
}

#[test]
fn a_realm_without_a_login_url_still_logs_in() {
    let mut browser = Browser::new();
    let now = browser.emulator.now;
    browser.emulator.realm().set_login_urls(&[], now, &mut rng());
    shows(&browser.log_in(), "You are logged in");
}

#[test]
fn a_social_login_asks_whom_to_be_and_returns_with_a_code() {
    let mut browser = Browser::new();
    let key = browser.emulator.api_key();
    let backend = |emulator: &mut Emulator, method: Method, path: &str, body: Value| {
        let request =
            Request::builder().method(method).uri(format!("/v2/{path}")).header("authrocket-api-key", &key);
        let request =
            request.header("content-type", "application/json").body(body.to_string().into_bytes()).unwrap();
        crate::support::answer(emulator.reply(Listener::Core, &request)).body
    };
    backend(&mut browser.emulator, Method::POST, "auth_providers", json!({ "provider_type": "google" }));
    let urls = backend(
        &mut browser.emulator,
        Method::GET,
        "auth_providers/authorize?redirect_uri=http://localhost:3000/cb",
        json!({}),
    );
    let url = urls["collection"][0]["auth_url"].as_str().unwrap().to_owned();
    let state = url.rsplit_once("state=").unwrap().1.to_owned();
    shows(&browser.get(url.strip_prefix("http://127.0.0.1:4400").unwrap()), "stands in for google");
    let back = location(&browser.post("/social", &[("state", &state), ("email", "bob@example.com")]));
    assert_eq!(back, format!("http://localhost:3000/cb?code=bob%40example.com&state={state}"));
    let session = backend(
        &mut browser.emulator,
        Method::POST,
        "auth_providers/authorize",
        json!({ "code": "bob@example.com", "state": state }),
    );
    assert_eq!(session["user"]["email"], "bob@example.com");
    browser.emulator.advance_minutes(24 * 60);
    assert_eq!(browser.get(&format!("/social?state={state}")).status, 404, "it is not under way any more");
}
