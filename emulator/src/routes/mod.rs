//! The browser API (protocol.md#calls): one file per resource, and the table that says which path and verb means what.

pub(crate) mod email;
pub(crate) mod jwks;
pub(crate) mod login;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod session;
pub(crate) mod signup;

use http::Method;

use crate::call::Call;
use crate::settings::Feature;
use crate::signin::SignIn;
use crate::wire::Refusal;

/// What does a call's work.
pub(crate) type Handler = fn(&mut Call<'_>) -> Result<SignIn, Refusal>;

/// One path of the API.
pub(crate) struct Route {
    path: &'static str,
    /// The verbs it knows.
    pub(crate) verbs: &'static [(Method, Handler)],
    /// The part of the API it belongs to.
    pub(crate) feature: Feature,
}

/// All paths below `/v2/`.
const ROUTES: &[Route] = &[
    Route { path: "login", verbs: &[(Method::POST, login::create)], feature: Feature::Login },
    Route { path: "login/verify", verbs: &[(Method::POST, login::verify)], feature: Feature::Login },
    Route {
        path: "session",
        verbs: &[(Method::GET, session::show), (Method::DELETE, session::delete)],
        feature: Feature::Api,
    },
    Route { path: "password/forgot", verbs: &[(Method::POST, password::forgot)], feature: Feature::Api },
    Route { path: "password/reset", verbs: &[(Method::POST, password::reset)], feature: Feature::Api },
    Route {
        path: "profile/password",
        verbs: &[(Method::POST, profile::change_password)],
        feature: Feature::Api,
    },
    Route { path: "profile", verbs: &[(Method::PUT, profile::update)], feature: Feature::Api },
    Route { path: "signup", verbs: &[(Method::POST, signup::create)], feature: Feature::Signup },
    Route { path: "signup/request", verbs: &[(Method::POST, signup::request)], feature: Feature::Signup },
    Route { path: "email/verify", verbs: &[(Method::POST, email::verify)], feature: Feature::Api },
];

/// Finds a path, given without `/v2/`. A slash at its end is forgiven.
pub(crate) fn find(path: &str) -> Option<&'static Route> {
    let path = path.trim_end_matches('/');
    ROUTES.iter().find(|route| route.path == path)
}
