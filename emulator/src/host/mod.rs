//! The native host: command line, sockets, clock, randomness, files. It decides nothing about realms.

mod app;
mod body;
mod cli;
mod files;
mod keys;
mod server;
mod shared;

pub use cli::{Args, Failure};
pub use server::run;
