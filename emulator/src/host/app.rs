//! The app listener: static folders under an origin of their own, so that a page's calls to the realm are truly
//! cross-origin, under a policy as strict as a careful site would send.

use std::path::Path;

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes};
use serde_json::json;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use super::cli::Mount;

/// The demo person of the built-in seed. A documented constant, not a secret.
const DEMO_EMAIL: &str = "ada@example.com";
const DEMO_PASSWORD: &str = "engine-of-1843";

/// What the listener serves.
#[derive(Debug)]
pub(super) struct App {
    mounts: Vec<Mount>,
    policy: Option<HeaderValue>,
    description: Bytes,
}

/// A body of the app listener: made here, or read from a file.
pub(super) type AppBody = http_body_util::combinators::UnsyncBoxBody<Bytes, std::io::Error>;

impl App {
    /// Serves folders beside a `LoginRocket` URL. `demo` tells the page about the demo person.
    pub(super) fn new(mut mounts: Vec<Mount>, loginrocket: &str, demo: bool) -> Self {
        // The longest path first: `/pkg` goes before `/`.
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.path.len()));
        let origin = loginrocket.trim_end_matches('/');
        let policy = HeaderValue::from_str(&format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self' {origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'"
        ));
        let person = demo.then(|| json!({ "email": DEMO_EMAIL, "password": DEMO_PASSWORD }));
        let description = json!({ "loginrocket": loginrocket, "inbox": format!("{loginrocket}_emulator/"), "person": person });
        Self { mounts, policy: policy.ok(), description: description.to_string().into() }
    }

    /// Answers a request.
    pub(super) async fn handle<B>(&self, request: Request<B>) -> Response<AppBody>
    where
        B: Body + Send + 'static,
    {
        let mut response = self.find(&request).await;
        let headers = response.headers_mut();
        if let Some(policy) = &self.policy {
            headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
        }
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    async fn find<B>(&self, request: &Request<B>) -> Response<AppBody> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return message(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        }
        let path = request.uri().path();
        if path == "/emulator.json" {
            let mut response = message(StatusCode::OK, self.description.clone());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            return response;
        }
        // `ServeDir` keeps paths inside the folder, but it would serve hidden files.
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        if decoded.split(['/', '\\']).any(|segment| segment.starts_with('.')) {
            return message(StatusCode::NOT_FOUND, "not found\n");
        }
        let Some((mount, rest)) =
            self.mounts.iter().find_map(|mount| Some((mount, below(path, &mount.path)?)))
        else {
            return message(StatusCode::NOT_FOUND, "not found\n");
        };
        if !is_inside(&mount.dir, rest).await {
            return message(StatusCode::NOT_FOUND, "not found\n");
        }
        // A folder without its slash would resolve the page's relative links one level too high.
        if rest.is_empty() {
            let mut response = message(StatusCode::PERMANENT_REDIRECT, "");
            if let Ok(location) = HeaderValue::from_str(&format!("{path}/")) {
                response.headers_mut().insert(http::header::LOCATION, location);
            }
            return response;
        }
        let Ok(uri) = rest.parse::<Uri>() else { return message(StatusCode::NOT_FOUND, "not found\n") };
        let mut inner = Request::new(Full::<Bytes>::default());
        *inner.method_mut() = request.method().clone();
        *inner.uri_mut() = uri;
        *inner.headers_mut() = request.headers().clone();
        match ServeDir::new(&mount.dir).redirect_to_trailing_slash(false).oneshot(inner).await {
            Ok(response) if response.status() == StatusCode::NOT_FOUND => {
                message(StatusCode::NOT_FOUND, "not found\n")
            }
            Ok(response) => with_media_type(path, response.map(BodyExt::boxed_unsync)),
            Err(never) => match never {},
        }
    }
}

/// Whether what a path names is in the folder. Symbolic links are followed: they may lead elsewhere in the folder, but not out
/// of it.
async fn is_inside(folder: &Path, path: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let Ok(folder) = tokio::fs::canonicalize(folder).await else { return false };
    let mut file = folder.join(decoded.trim_start_matches('/'));
    if tokio::fs::metadata(&file).await.is_ok_and(|found| found.is_dir()) {
        file = file.join("index.html");
        if !tokio::fs::try_exists(&file).await.is_ok_and(|there| there) {
            // Nothing is sent for a folder without a page.
            return true;
        }
    }
    // If it is not there, whoever opens it next answers so.
    tokio::fs::canonicalize(&file).await.map_or(true, |real| real.starts_with(&folder))
}

/// The rest of a path below a mount, beginning with a slash; empty for the mount itself.
fn below<'a>(path: &'a str, mount: &str) -> Option<&'a str> {
    if mount == "/" {
        return Some(path);
    }
    path.strip_prefix(mount).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The system of media types knows `.ts` as a kind of video, and `.mjs` by an older name (RFC 9239).
fn with_media_type(path: &str, mut response: Response<AppBody>) -> Response<AppBody> {
    let media_type = match Path::new(path).extension().and_then(std::ffi::OsStr::to_str) {
        Some("ts" | "cts" | "mts") => "application/typescript",
        Some("js" | "mjs" | "cjs") => "text/javascript; charset=utf-8",
        _ => return response,
    };
    if response.status().is_success() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    response
}

fn message(status: StatusCode, text: impl Into<Bytes>) -> Response<AppBody> {
    let body = Full::new(text.into()).map_err(|never| match never {});
    let mut response = Response::new(body.boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
