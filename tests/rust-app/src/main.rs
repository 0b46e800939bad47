//! A sign-in form in Yew, on the typed calls of `loginrocket-wasm`.

use loginrocket_wasm::{
    browser::Web,
    client::Client,
    core::{
        config::Config,
        model::{Login, SignIn},
        url::BaseUrl,
    },
};
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

#[derive(Properties, PartialEq)]
struct Props {
    url: AttrValue,
}

#[component(App)]
fn app(Props { url }: &Props) -> Html {
    let (email, password) = (use_node_ref(), use_node_ref());
    let status = use_state(|| "signed out".to_owned());

    let on_submit = {
        let (url, email, password, status) = (url.clone(), email.clone(), password.clone(), status.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = |node: &NodeRef| {
                node.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
            };
            let login = Login { email: text(&email), password: text(&password).into(), account: None };
            let (url, status) = (url.clone(), status.clone());
            spawn_local(async move { status.set(sign_in(&url, &login).await) });
        })
    };

    html! {
        <form onsubmit={on_submit}>
            <label>{"E-mail "}<input ref={email} type="email" autocomplete="username" /></label>
            <label>{"Password "}<input ref={password} type="password" autocomplete="current-password" /></label>
            <button>{"Sign in"}</button>
            <output>{status.as_str()}</output>
        </form>
    }
}

async fn sign_in(url: &str, login: &Login) -> String {
    let url = match BaseUrl::parse(url) {
        Ok(url) => url,
        Err(error) => return error.to_string(),
    };
    let client = Client::new(Config { url: Some(url), ..Config::default() }, Web::default());
    match client.send(login).await {
        Ok(SignIn::Done { account, .. }) => format!("signed in to {}", account.unwrap_or_default()),
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
