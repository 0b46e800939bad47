//! Binding, serving and ending.

use std::fs;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
use super::keys::{KeyMaker, SPARE};
use crate::SigningKey;
use crate::dispatch::{Listener, max_body};
use crate::listing::Progress;
use crate::mail::Links;
use crate::seed::{self, Seed};
use crate::time::Time;
use crate::wire::{Ending, Reply};
use crate::world::Service;

/// The service with its randomness, shared by all connections.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    inside: Arc<Mutex<(Service, ChaCha20Rng)>>,
    #[cfg(test)]
    locked: Arc<std::sync::atomic::AtomicUsize>,
}

impl Shared {
    fn new(service: Service, rng: ChaCha20Rng) -> Self {
        Self {
            inside: Arc::new(Mutex::new((service, rng))),
            #[cfg(test)]
            locked: Arc::default(),
        }
    }

    /// How often somebody had the lock.
    #[cfg(test)]
    fn times_locked(&self) -> usize {
        self.locked.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// Works on the service. Nothing waits inside, so that a plain lock is enough.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Service, &mut ChaCha20Rng) -> T) -> T {
        #[cfg(test)]
        self.locked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let mut guard = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (service, rng) = &mut *guard;
        work(service, rng)
    }
}

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

fn read_seed(path: Option<&Path>) -> Result<Seed, Failure> {
    let Some(path) = path else {
        return Seed::parse(seed::DEFAULT)
            .map_err(|error| Failure(format!("the built-in seed is wrong: {error}")));
    };
    let text = fs::read_to_string(path)
        .map_err(|error| Failure(format!("cannot read {}: {error}", path.display())))?;
    Seed::parse(&text).map_err(|error| Failure(format!("{}, {error}", path.display())))
}

/// Writes the document beside its place first, so that a failure leaves the old one, readable by its owner alone.
fn export(path: &Path, seed: &Seed) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure(format!("cannot write {}: {error}", path.display()));
    let mut text = serde_json::to_string_pretty(seed).map_err(|error| fail(error.into()))?;
    text.push('\n');
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    // Never write into what is there already: it may be a link to elsewhere, or a file that others may read.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fail(error)),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    drop(file);
    fs::rename(&draft, path).map_err(fail)
}

fn seeded_rng() -> Result<ChaCha20Rng, Failure> {
    ChaCha20Rng::try_from_rng(&mut SysRng)
        .map_err(|_| Failure("the operating system gives no randomness".into()))
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
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

/// Has the service answer. A request that needs a signing key while none is left waits for it here, without the lock, so that
/// it keeps nobody else waiting.
async fn ask(
    request: Request<Vec<u8>>,
    side: Listener,
    address: String,
    shared: Shared,
    keys: KeyMaker,
) -> Option<Reply> {
    let asked = Arc::new((request, address));
    let mut may_wait = true;
    loop {
        let mut made = keys.watch();
        let (asked, service) = (Arc::clone(&asked), shared.clone());
        let work = move || {
            service.with(|service, rng| {
                let (request, address) = &*asked;
                if may_wait && service.lacks_key(side, request) {
                    return None;
                }
                Some((service.begin(side, request, address, now(), rng), service.spare_keys()))
            })
        };
        // Hashing and signing take milliseconds: not on the threads that serve the sockets.
        let answered = tokio::task::spawn_blocking(work).await.ok()?;
        if answered.as_ref().is_none_or(|(_, spare)| *spare < SPARE) {
            keys.refill();
        }
        if let Some((progress, _)) = answered {
            return finish(progress, shared).await;
        }
        // An error means that the thread is gone; the service then makes its keys itself.
        may_wait = made.changed().await.is_ok();
    }
}

/// Has a long answer finished. Between two pieces the lock is free, and whoever waits for it has it.
async fn finish(mut progress: Progress, shared: Shared) -> Option<Reply> {
    loop {
        match progress {
            Progress::Done(reply) => return Some(reply),
            Progress::More(listing) => {
                let shared = shared.clone();
                let work = move || shared.with(|service, _| service.go_on(listing, now()));
                progress = tokio::task::spawn_blocking(work).await.ok()?;
            }
        }
    }
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
    use std::sync::mpsc;

    use hyper::body::Bytes;

    use super::*;
    use crate::PIECE;

    /// Realms `r0`, `r1` and so on, none of which has a key.
    fn shared(realms: usize) -> Shared {
        let names: Vec<_> =
            (0..realms).map(|index| serde_json::json!({ "name": format!("r{index}") })).collect();
        let seed = Seed::parse(&serde_json::json!({ "realms": names }).to_string()).unwrap();
        let links = Links {
            port: 4400,
            root: "http://127.0.0.1:4400/".into(),
            core: None,
            app: None,
            default_realm: String::new(),
        };
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let service = Service::new(&seed, links, now(), &mut rng);
        Shared::new(service, rng)
    }

    async fn keys_of(realm: String, shared: Shared, keys: KeyMaker) -> StatusCode {
        let request = Request::get("/connect/jwks").header("host", format!("{realm}.localhost"));
        let request = request.body(Vec::new()).unwrap();
        let reply = ask(request, Listener::LoginRocket, "127.0.0.1".into(), shared, keys).await;
        reply.unwrap().response.status()
    }

    #[tokio::test]
    async fn realms_that_all_need_a_key_at_once_wait_for_the_maker_outside_the_lock() {
        let shared = shared(3 * SPARE);
        let key = SigningKey::generate(&mut ChaCha20Rng::seed_from_u64(2)).unwrap();
        let (release, released) = mpsc::channel();
        let keys = KeyMaker::start(shared.clone(), move || {
            released.recv().ok()?;
            Some(key.clone())
        });
        release.send(()).unwrap();
        assert_eq!(keys_of("r0".into(), shared.clone(), keys.clone()).await, 200);
        let others: Vec<_> = (1..3 * SPARE)
            .map(|index| tokio::spawn(keys_of(format!("r{index}"), shared.clone(), keys.clone())))
            .collect();
        // The maker is stuck, and whoever needs no key is answered all the same.
        assert_eq!(keys_of("r0".into(), shared.clone(), keys.clone()).await, 200);
        assert!(others.iter().all(|other| !other.is_finished()));
        for _ in 0..4 * SPARE {
            release.send(()).unwrap();
        }
        for other in others {
            assert_eq!(other.await.unwrap(), 200);
        }
        assert_eq!(shared.with(|service, _| service.pool.improvised()), 0);
    }

    #[tokio::test]
    async fn a_long_listing_gives_the_lock_back_after_every_piece() {
        let shared = shared(1);
        shared.with(|service, _| {
            let realm = service.default_realm_mut().unwrap();
            for number in 0..3 * PIECE {
                let user = crate::state::User { id: format!("usr_{number}"), ..Default::default() };
                realm.users.insert(user.id.clone(), user);
            }
        });
        let keys = KeyMaker::start(shared.clone(), || None);
        let locked = shared.times_locked();
        let request = Request::get("/_emulator/people").header("host", "localhost").body(Vec::new()).unwrap();
        let reply = ask(request, Listener::LoginRocket, "127.0.0.1".into(), shared.clone(), keys).await;
        let body: serde_json::Value = serde_json::from_slice(reply.unwrap().response.body()).unwrap();
        assert_eq!(body["people"].as_array().unwrap().len(), 3 * PIECE);
        assert!(shared.times_locked() - locked >= 4, "once to begin, and once for each piece");
    }

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

    #[test]
    fn an_export_is_not_written_into_what_lies_at_its_drafts_place() {
        let folder = std::env::temp_dir().join(format!("loginrocket-export-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, elsewhere) = (folder.join("state.json"), folder.join("elsewhere"));
        fs::write(&elsewhere, "untouched").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&elsewhere, folder.join("state.json.part")).unwrap();
        export(&file, &Seed::default()).unwrap();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
        assert!(fs::symlink_metadata(&file).unwrap().is_file());
        fs::remove_dir_all(folder).unwrap();
    }
}
