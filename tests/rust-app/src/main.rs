//! A sign-in form in Yew, on the typed calls and the session of `loginrocket-wasm`.

use loginrocket_wasm::{
    Error,
    browser::{Storage, Web},
    client::{
        Client,
        session::{Session, TokenOrigins},
    },
    core::{
        config::Config,
        model::{Login, SignIn},
        session::{Snapshot, State},
        url::BaseUrl,
    },
};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

#[derive(Properties, PartialEq)]
struct Props {
    url: AttrValue,
}

/// A session that outlives the page, for all tabs.
fn open(url: &str) -> Result<Session<Web>, Error> {
    let config = Config { url: Some(BaseUrl::parse(url)?), ..Config::default() };
    let web = Web { storage: Storage::Local, ..Web::default() };
    let kept = web.storage.kept();
    Ok(Session::new(Client::new(config, web), kept, TokenOrigins::default()))
}

#[component(App)]
fn app(Props { url }: &Props) -> Html {
    let session = use_memo(url.clone(), |url| open(url));
    match &*session {
        Ok(session) => html! { <SignedInOrNot session={Shared(Rc::new(session.clone()))} /> },
        Err(error) => html! { <output>{error.to_string()}</output> },
    }
}

/// A session is the same one if it is the same object.
#[derive(Clone)]
struct Shared(Rc<Session<Web>>);

impl PartialEq for Shared {
    fn eq(&self, _: &Self) -> bool {
        // The page has one, for good.
        true
    }
}

#[derive(Properties, PartialEq)]
struct SessionProps {
    session: Shared,
}

#[component(SignedInOrNot)]
fn signed_in_or_not(SessionProps { session }: &SessionProps) -> Html {
    let snapshot = use_state(|| session.0.snapshot());
    let refusal = use_state(String::new);
    {
        let (session, snapshot) = (session.clone(), snapshot.setter());
        use_effect_with((), move |()| {
            let subscription = session.0.subscribe(move |now| snapshot.set(now.clone()));
            move || session.0.unsubscribe(subscription)
        });
    }

    let (email, password) = (use_node_ref(), use_node_ref());
    let on_submit = {
        let (session, refusal) = (session.clone(), refusal.clone());
        let (email, password) = (email.clone(), password.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = |node: &NodeRef| {
                node.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
            };
            let login = Login { email: text(&email), password: text(&password).into(), account: None };
            let (session, refusal) = (session.clone(), refusal.clone());
            spawn_local(async move { refusal.set(sign_in(&session.0, &login).await) });
        })
    };
    let on_sign_out = {
        let session = session.clone();
        Callback::from(move |_| {
            let signed_out = session.0.sign_out();
            spawn_local(async move {
                signed_out.await;
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
    match (&snapshot.user, snapshot.state) {
        (Some(user), _) => format!("signed in as {}", user.name.as_deref().unwrap_or("someone")),
        (None, State::SignedOut) if !refusal.is_empty() => refusal.to_owned(),
        (None, state) => state.as_str().replace('_', " "),
    }
}

/// What to tell the person, if anything stands in the way.
async fn sign_in(session: &Session<Web>, login: &Login) -> String {
    match session.send(login).await {
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
