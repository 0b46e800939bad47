//! Binding, serving and ending: what happens at the sockets. How the service is asked belongs to `shared`.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use getrandom::SysRng;
use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};

use super::app::App;
use super::body::{Broken, ReplyBody};
use super::cli::{Args, Failure};
use super::files::{export, read_seed};
use super::keys::KeyMaker;
use super::shared::{Shared, ask, now};
use crate::SigningKey;
use crate::dispatch::{Listener, max_body};
use crate::mail::Links;
use crate::wire::{Ending, Reply};
use crate::world::Service;

/// The ready line of `--json`.
#[derive(Serialize)]
struct Ready<'a> {
    loginrocket: &'a str,
    core: &'a str,
    api_key: &'a str,
    realm: &'a str,
    inbox: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
}

/// Runs the emulator until it is told to end.
pub async fn run(args: Args) -> Result<(), Failure> {
    if !args.host.is_loopback() && !args.dangerously_allow_public_bind {
        return Err(Failure(format!(
            "{} can be reached from other machines, and this service hands out sessions to everyone; \
             bind 127.0.0.1, or say --dangerously-allow-public-bind",
            args.host
        )));
    }
    let mut seed = read_seed(args.import.as_deref())?;
    seed.fix(args.api_key.as_deref(), args.realm.as_deref()).map_err(Failure)?;
    for mount in &args.app {
        if !mount.dir.is_dir() {
            return Err(Failure(format!(
                "{} (for --app {}) is not a folder",
                mount.dir.display(),
                mount.path
            )));
        }
    }
    let main = bind(args.host, args.port, "--port").await?;
    let core = bind(args.host, args.core_port, "--core-port").await?;
    let app =
        if args.app.is_empty() { None } else { Some(bind(args.host, args.app_port, "--app-port").await?) };

    let (loginrocket, port) = root_url(args.host, &main)?;
    let (core_url, _) = root_url(args.host, &core)?;
    let app_url = app.as_ref().map(|app| root_url(args.host, app)).transpose()?.map(|(url, _)| url);
    let links = Links {
        port,
        root: loginrocket.clone(),
        core: Some(core_url.clone()),
        app: app_url.clone(),
        default_realm: String::new(),
    };
    let mut rng = seeded_rng()?;
    let mut key_rng = seeded_rng()?;
    let mut service = Service::new(&seed, links, now(), &mut rng);
    if let (Some(app), Some(realm)) = (&app_url, service.default_realm_mut())
        && realm.client_apps.is_empty()
    {
        realm.set_login_urls(std::slice::from_ref(app), now(), &mut rng);
    }
    if !args.host.is_loopback() {
        service.open_control();
    }
    let api_key = service.api_key().reveal().to_owned();
    let realm = service.default_realm().map(|realm| realm.id.clone()).unwrap_or_default();
    let shared = Shared::new(service, rng);
    let keys = KeyMaker::start(shared.clone(), move || SigningKey::generate(&mut key_rng));

    tokio::spawn(serve(main, Listener::LoginRocket, shared.clone(), keys.clone()));
    tokio::spawn(serve(core, Listener::Core, shared.clone(), keys));
    if let Some(listener) = app {
        tokio::spawn(serve_app(listener, App::new(args.app.clone(), &loginrocket, args.import.is_none())));
    }
    // Listening for the end begins before the ready line, which may be answered by a signal at once.
    let end = end_signal()?;
    let inbox = format!("{loginrocket}_emulator/");
    announce(
        &Ready {
            loginrocket: &loginrocket,
            core: &core_url,
            api_key: &api_key,
            realm: &realm,
            inbox: &inbox,
            app: app_url.as_deref(),
        },
        args.json,
    );
    end.await;
    match &args.export {
        Some(path) => export(path, &shared.with(|service, _| service.dump())),
        None => Ok(()),
    }
}

fn announce(ready: &Ready<'_>, json: bool) {
    let text = if json {
        serde_json::to_string(ready).unwrap_or_default()
    } else {
        let mut lines = vec![
            "The LoginRocket emulator is ready; Ctrl-C ends it.".to_owned(),
            format!("  LoginRocket URL  {}", ready.loginrocket),
            format!("  inbox            {}", ready.inbox),
            format!(
                "  Core API         {}v2/  (API key {}, realm {})",
                ready.core, ready.api_key, ready.realm
            ),
        ];
        lines.extend(ready.app.map(|app| format!("  app              {app}")));
        lines.join("\n")
    };
    // Whoever closed our standard output does not want the line.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}

async fn bind(host: IpAddr, port: u16, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(SocketAddr::new(host, port)).await.map_err(|error| {
        Failure(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("port {port} on {host} is in use; choose another with {flag}, or {flag} 0 for any free one")
            }
            _ => format!("cannot listen on {host}, port {port}: {error}"),
        })
    })
}

fn root_url(host: IpAddr, listener: &TcpListener) -> Result<(String, u16), Failure> {
    let port =
        listener.local_addr().map_err(|error| Failure(format!("cannot tell the port: {error}")))?.port();
    Ok((format!("http://{}/", SocketAddr::new(host, port)), port))
}

fn seeded_rng() -> Result<ChaCha20Rng, Failure> {
    ChaCha20Rng::try_from_rng(&mut SysRng)
        .map_err(|_| Failure("the operating system gives no randomness".into()))
}

#[cfg(unix)]
fn end_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| Failure(format!("cannot listen for signals: {error}")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn end_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

async fn accept(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // Answers are small and waited for.
                let _ = stream.set_nodelay(true);
                return Some((stream, address));
            }
            // One connection that failed before it began says nothing about the next; running out of file handles
            // passes too.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(listener: TcpListener, side: Listener, shared: Shared, keys: KeyMaker) {
    while let Some((stream, address)) = accept(&listener).await {
        let (shared, keys) = (shared.clone(), keys.clone());
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, side, address, shared.clone(), keys.clone()));
            // An error here means that the caller went away, or that a fault was asked for.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    side: Listener,
    address: SocketAddr,
    shared: Shared,
    keys: KeyMaker,
) -> Result<Response<ReplyBody>, Broken> {
    let Some(request) = read(request).await? else { return Ok(too_slow()) };
    let reply = ask(request, side, address.ip().to_string(), shared, keys).await.ok_or(Broken)?;
    deliver(reply).await
}

/// How long a body may take. hyper gives a head as long.
const BODY_LIMIT: Duration = Duration::from_secs(30);

/// Reads a request, no more than one byte beyond the limit: that is how the service knows that there was more. `None` if the
/// body does not come to its end in time.
async fn read<B>(request: Request<B>) -> Result<Option<Request<Vec<u8>>>, Broken>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (parts, body) = request.into_parts();
    let most = max_body(parts.uri.path());
    let body = match tokio::time::timeout(BODY_LIMIT, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => vec![0; most + 1],
        Ok(Err(_)) => return Err(Broken),
        Err(_) => return Ok(None),
    };
    Ok(Some(Request::from_parts(parts, body)))
}

/// The answer to a sender who takes too long. The rest of the body is not waited for.
fn too_slow() -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::whole(b"the body took too long\n".to_vec()));
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn deliver(reply: Reply) -> Result<Response<ReplyBody>, Broken> {
    if reply.delay_millis > 0 {
        tokio::time::sleep(Duration::from_millis(reply.delay_millis)).await;
    }
    match reply.ending {
        Ending::Whole => Ok(reply.response.map(ReplyBody::whole)),
        Ending::Truncated(kept) => Ok(reply.response.map(|bytes| ReplyBody::truncated(bytes, kept))),
        Ending::Cut => Err(Broken),
        Ending::Hang => std::future::pending().await,
    }
}

async fn serve_app(listener: TcpListener, app: App) {
    let app = Arc::new(app);
    while let Some((stream, _)) = accept(&listener).await {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let service = service_fn(|request: Request<Incoming>| {
                let app = Arc::clone(&app);
                async move { Ok::<_, std::convert::Infallible>(app.handle(request).await) }
            });
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

#[cfg(test)]
mod tests {
    use hyper::body::Bytes;

    use super::*;

    /// A body that never ends, from somebody who wants to hold a connection.
    struct Endless;

    impl Body for Endless {
        type Data = Bytes;
        type Error = Broken;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Broken>>> {
            std::task::Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_end_is_not_waited_for() {
        // The test's clock goes on by itself as soon as nothing else is left to do.
        assert!(matches!(read(Request::new(Endless)).await, Ok(None)));
        let response = too_slow();
        assert_eq!(
            (response.status(), &response.headers()["connection"]),
            (StatusCode::REQUEST_TIMEOUT, &HeaderValue::from_static("close"))
        );
    }
}
