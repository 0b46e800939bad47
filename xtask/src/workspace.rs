//! Where things are: the project's folders, and the environment in which its tools run.
//!
//! Nothing is written outside `target/` and `pkg/dist/`.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The project's folders.
pub(crate) struct Workspace {
    root: PathBuf,
    cargo_target: PathBuf,
}

impl Workspace {
    /// Finds the project from where Cargo says this crate is.
    pub(crate) fn locate() -> Result<Self> {
        // Cargo sets the variable at run time too, which stays right when the folder was moved after the build.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().context("xtask has no parent folder")?.to_path_buf();
        let cargo_target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => env::current_dir().context("the current folder cannot be read")?.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, cargo_target })
    }

    /// A path in the project.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The project's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the folder for everything that commands leave behind.
    pub(crate) fn output(&self, relative: &str) -> PathBuf {
        self.root.join("target").join(relative)
    }

    /// A debug binary that Cargo built in this workspace.
    pub(crate) fn debug_binary(&self, name: &str) -> PathBuf {
        self.cargo_target.join("debug").join(name)
    }

    /// Where `cargo install` puts the pinned tools.
    pub(crate) fn tools(&self) -> PathBuf {
        self.output("tools")
    }

    /// The folder in which npm installed the pinned tools.
    pub(crate) fn npm_tools(&self) -> PathBuf {
        self.output("tools/npm")
    }

    /// An executable that came with an npm tool.
    pub(crate) fn npm_binary(&self, name: &str) -> PathBuf {
        self.npm_tools().join("node_modules/.bin").join(name)
    }

    /// A command that starts in the root and finds the pinned tools before the system's.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.search_path());
        command
    }

    /// The Cargo that runs this very command, so that all of them use one toolchain.
    pub(crate) fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    fn search_path(&self) -> OsString {
        let pinned = [self.tools().join("bin"), self.npm_tools().join("node_modules/.bin")];
        let inherited = env::var_os("PATH").unwrap_or_default();
        let joined = env::join_paths(pinned.into_iter().chain(env::split_paths(&inherited)));
        // A folder whose name holds a colon cannot be on any PATH; the tools are then found by the system's alone.
        joined.unwrap_or(inherited)
    }
}

/// The folders on PATH that hold a program of this name, as the full path of the first.
pub(crate) fn find_on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}
