//! A `LoginRocket` realm on localhost, for development and tests.
//!
//! The realm itself is pure: [`Service::handle`] takes a request, the time and a source of randomness, and returns a
//! [`Reply`]. There is no socket, clock, thread or file in it, so that tests can drive it in-process and other hosts
//! can carry it. The native host (feature `host`) is a thin shell around it.
//!
//! ```
//! use http::Request;
//! use loginrocket_emulator::seed::{self, Seed};
//! use loginrocket_emulator::{Links, Listener, Service, SigningKey, Time};
//! use rand_chacha::ChaCha20Rng;
//! use rand_chacha::rand_core::SeedableRng as _;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (now, mut rng) = (Time::from_seconds(1_790_000_000), ChaCha20Rng::seed_from_u64(1843));
//! let root = "http://localhost:4400/".to_owned();
//! let links = Links { port: 4400, root, core: None, app: None, default_realm: String::new() };
//! let mut service = Service::new(&Seed::parse(seed::DEFAULT)?, links, now, &mut rng);
//! service.offer_key(SigningKey::generate(&mut rng).ok_or("no key")?);
//!
//! let login = r#"{"email":"ada@example.com","password":"engine-of-1843"}"#;
//! let request =
//!     Request::post("/v2/login").header("content-type", "application/json").body(login.as_bytes().to_vec())?;
//! let reply = service.handle(Listener::LoginRocket, &request, "127.0.0.1", now, &mut rng);
//! assert_eq!(reply.response.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! The emulator shares no type with the SDK: a mistake made in both would cancel out and pass every test.

mod accounts;
mod api;
mod call;
mod control;
mod core_api;
mod cors;
mod dispatch;
mod fields;
mod hosted;
mod id;
mod jwt;
mod keys;
mod listing;
mod locale;
mod mail;
mod pages;
mod password;
mod rate;
mod record;
mod routes;
mod script;
mod signin;
mod time;
mod wire;
mod world;

#[cfg(feature = "host")]
pub mod host;
pub mod seed;
pub mod settings;
pub mod state;
pub mod totp;

pub use dispatch::{Listener, MAX_BODY, max_body};
pub use keys::{KeyPool, SigningKey};
pub use listing::{Listing, PIECE, Progress};
pub use mail::Links;
pub use time::{Clock, Time};
pub use wire::{Ending, Reply};
pub use world::Service;
