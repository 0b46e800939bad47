//! A sign-in form in Yew, on the typed calls and the session of `loginrocket-wasm`.

mod guide;

use loginrocket_wasm::{
    Error,
    engine::session::snapshot::{Snapshot, State},
    protocol::{
        config::Config,
        model::{Login, SignIn},
        url::BaseUrl,
    },
    web::{Client, Options, Storage},
};
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

#[derive(Properties, PartialEq)]
struct Props {
    url: AttrValue,
}

/// A client whose session outlives the page, for all tabs.
fn open(url: &str) -> Result<Client, Error> {
    let config = Config { url: Some(BaseUrl::parse(url)?), ..Config::default() };
    Client::new(Options { config, storage: Storage::Local, ..Options::default() })
}

#[component(App)]
fn app(Props { url }: &Props) -> Html {
    let client = use_memo(url.clone(), |url| open(url));
    match &*client {
        Ok(client) => html! { <SignedInOrNot client={client.clone()} /> },
        Err(error) => html! { <output>{error.to_string()}</output> },
    }
}

#[derive(Properties, PartialEq)]
struct ClientProps {
    client: Client,
}

#[component(SignedInOrNot)]
fn signed_in_or_not(ClientProps { client }: &ClientProps) -> Html {
    let snapshot = use_state(|| client.session().snapshot());
    let refusal = use_state(String::new);
    {
        let (client, snapshot) = (client.clone(), snapshot.setter());
        use_effect_with((), move |()| {
            let subscription = client.session().subscribe(move |now| snapshot.set(now.clone()));
            move || drop(subscription)
        });
    }

    let (email, password) = (use_node_ref(), use_node_ref());
    let on_submit = {
        let (client, refusal) = (client.clone(), refusal.clone());
        let (email, password) = (email.clone(), password.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = |node: &NodeRef| {
                node.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
            };
            let login = Login { email: text(&email), password: text(&password).into(), account: None };
            let (client, refusal) = (client.clone(), refusal.clone());
            spawn_local(async move { refusal.set(sign_in(&client, &login).await) });
        })
    };
    let on_sign_out = {
        let client = client.clone();
        Callback::from(move |_| {
            let signed_out = client.session().sign_out();
            spawn_local(async move {
                // The person is signed out here, whatever the service says to it.
                let _ = signed_out.await;
            });
        })
    };

    html! {
        <>
            <output>{status(&snapshot, &refusal)}</output>
            if snapshot.state == State::SignedIn {
                <button onclick={on_sign_out}>{"Sign out"}</button>
            } else {
                <form onsubmit={on_submit}>
                    <label>{"E-mail "}<input ref={email} type="email" autocomplete="username" /></label>
                    <label>{"Password "}<input ref={password} type="password" autocomplete="current-password" /></label>
                    <button>{"Sign in"}</button>
                </form>
            }
        </>
    }
}

fn status(snapshot: &Snapshot, refusal: &str) -> String {
    match (snapshot.user(), snapshot.state) {
        (Some(user), _) => format!("signed in as {}", user.name.as_deref().unwrap_or("someone")),
        (None, State::SignedOut) if !refusal.is_empty() => refusal.to_owned(),
        (None, state) => state.as_str().replace('_', " "),
    }
}

/// What to tell the person, if anything stands in the way.
async fn sign_in(client: &Client, login: &Login) -> String {
    match client.send(login).await {
        Ok(SignIn::Done { .. }) => String::new(),
        Ok(SignIn::Verify { .. }) => "a second factor is due".to_owned(),
        Ok(_) => "something else comes first".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn main() {
    // The page names the service: `?http://127.0.0.1:4400/`.
    let url = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let url = url.trim_start_matches('?').to_owned();
    yew::Renderer::<App>::with_props(Props { url: url.into() }).render();
}
