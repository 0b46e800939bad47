//! The command line, and the one sentence that a failure is told in.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Parser;

/// A `LoginRocket` realm on localhost, for development and tests.
#[derive(Clone, Debug, Parser)]
#[command(name = "loginrocket-emulator", version, about)]
pub struct Args {
    /// Address to bind.
    #[arg(long, default_value = "127.0.0.1", value_parser = parse_host)]
    pub host: IpAddr,
    /// Port of the browser API, the hosted pages and the control API; 0 takes any free one.
    #[arg(long, default_value_t = 4400)]
    pub port: u16,
    /// Port of the Core API; 0 takes any free one.
    #[arg(long, default_value_t = 4401)]
    pub core_port: u16,
    /// Serves a folder to the browser, from an origin of its own: `/=www`. Repeatable.
    #[arg(long, value_name = "PATH=DIR")]
    pub app: Vec<Mount>,
    /// Port of those folders; 0 takes any free one.
    #[arg(long, default_value_t = 4402)]
    pub app_port: u16,
    /// Starts with the realms of this file.
    #[arg(long, value_name = "FILE")]
    pub import: Option<PathBuf>,
    /// Writes the realms to this file at the end. It then holds live sessions: keep it to yourself.
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Fixes the key of the Core API; otherwise it is the file's, or a new one.
    #[arg(long, value_name = "KEY")]
    pub api_key: Option<String>,
    /// Fixes the id of the default realm; otherwise it is the file's, or a new one.
    #[arg(long, value_name = "ID")]
    pub realm: Option<String>,
    /// Prints one JSON object when ready, instead of sentences.
    #[arg(long)]
    pub json: bool,
    /// Lets everyone who can reach this machine mint tokens and read the inbox.
    #[arg(long)]
    pub dangerously_allow_public_bind: bool,
}

/// A folder and the path it is served under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Begins with a slash; ends with one only if it is `/`.
    pub path: String,
    /// The folder.
    pub dir: PathBuf,
}

impl FromStr for Mount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, dir) = text.split_once('=').ok_or("expected PATH=DIR, such as /=www")?;
        if !path.starts_with('/') {
            return Err("the path has to begin with a slash".into());
        }
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self { path: path.to_owned(), dir: PathBuf::from(dir) })
    }
}

fn parse_host(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::from([127, 0, 0, 1]));
    }
    text.parse().map_err(|_| "expected an IP address or `localhost`".into())
}

/// Why the emulator does not run, as one sentence.
#[derive(Debug)]
pub struct Failure(pub(super) String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
