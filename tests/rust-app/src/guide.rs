//! What `docs/guide/rust.md` shows, so that it compiles. Nothing calls it.
#![allow(dead_code, reason = "it is there to be compiled")]

use loginrocket_wasm::{
    Error,
    engine::session::snapshot::State,
    protocol::{
        config::Config,
        failure::Failure,
        model::{Login, SignIn},
        url::BaseUrl,
    },
    web::{Client, Options, Storage, Subscription},
};

/// One client for the whole app.
fn open() -> Result<Client, Error> {
    let url = BaseUrl::parse("https://SAMPLE.e2.loginrocket.com/")?;
    let config = Config { url: Some(url), ..Config::default() };
    Client::new(Options { config, storage: Storage::Local, ..Options::default() })
}

/// Calls `render` now and after each change, until what it gives is dropped.
fn watch(client: &Client, render: impl Fn(State, Option<String>) + 'static) -> Subscription {
    client.session().subscribe(move |now| render(now.state, now.user().and_then(|user| user.name)))
}

/// What to show next.
enum View {
    App,
    Code,
    HostedPages,
}

async fn sign_in(client: &Client, email: String, password: String) -> Result<View, Failure> {
    let login = Login { email, password: password.into(), account: None };
    Ok(match client.send(&login).await? {
        // The session has it, here and in every tab.
        SignIn::Done { .. } => View::App,
        SignIn::Verify { .. } => View::Code,
        _ => View::HostedPages,
    })
}

async fn orders(client: &Client) -> Result<u16, Box<dyn std::error::Error>> {
    let request = gloo_net::http::Request::get("/api/orders").build()?;
    let response = client.session().fetch(request).await?;
    Ok(response.status())
}
