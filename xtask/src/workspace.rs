//! Where things are: the project's folders, and the environment in which its tools run.
//!
//! Nothing is written outside `target/`, but for what is published: `pkg/dist/` and the licence files beside it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process;

/// The project's folders.
pub(crate) struct Workspace {
    root: PathBuf,
    cargo_target: PathBuf,
}

/// What Cargo says of a workspace. Only what is used here.
#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

impl Workspace {
    /// Finds the project from where Cargo says this crate is.
    pub(crate) fn locate() -> Result<Self> {
        // Cargo sets the variable at run time too, which stays right when the folder was moved after the build.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().context("xtask has no parent folder")?.to_path_buf();
        let mut workspace = Self { cargo_target: root.join("target"), root };
        workspace.cargo_target = target_directory(&mut workspace.cargo())?;
        Ok(workspace)
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

    /// Writes a file there, with its folders.
    pub(crate) fn write_output(&self, relative: &str, content: &str) -> Result<PathBuf> {
        let file = self.output(relative);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        fs::write(&file, content).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(file)
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

/// Where Cargo puts what it builds. Two variables and any of its configuration files can move it, so it is asked.
fn target_directory(cargo: &mut Command) -> Result<PathBuf> {
    let metadata = process::output(cargo.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&metadata).context("`cargo metadata` gave no JSON")?;
    Ok(metadata.target_directory)
}

/// The folders on PATH that hold a program of this name, as the full path of the first.
pub(crate) fn find_on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// A folder for one test, gone with it.
#[cfg(test)]
pub(crate) struct Scratch(PathBuf);

#[cfg(test)]
impl Scratch {
    /// A new folder; the name is for the reader, the process and a number make it the test's own.
    pub(crate) fn new(name: &str) -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let unique = format!("xtask {name} {} {}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).unwrap();
        // Where the system's folder is a link, Cargo gives the path behind it.
        Self(folder.canonicalize().unwrap())
    }

    /// Writes a file with its folders.
    pub(crate) fn write(&self, relative: &str, content: &str) {
        let file = self.0.join(relative);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }

    /// The folder as if it were the project.
    pub(crate) fn workspace(&self) -> Workspace {
        Workspace { root: self.0.clone(), cargo_target: self.0.join("target") }
    }
}

#[cfg(test)]
impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without what the environment of this very run may say.
    fn target_of(scratch: &Scratch, variables: &[(&str, &str)]) -> PathBuf {
        let mut cargo = scratch.workspace().cargo();
        cargo.env_remove("CARGO_TARGET_DIR").env_remove("CARGO_BUILD_TARGET_DIR");
        target_directory(cargo.envs(variables.iter().copied())).unwrap()
    }

    #[test]
    fn binaries_are_looked_for_where_cargo_puts_them() {
        let scratch = Scratch::new("target folder");
        scratch.write("Cargo.toml", "[package]\nname = \"empty\"\n\n[workspace]\n");
        scratch.write("src/lib.rs", "");
        let root = scratch.workspace().root().to_path_buf();
        assert_eq!(target_of(&scratch, &[]), root.join("target"));
        assert_eq!(target_of(&scratch, &[("CARGO_TARGET_DIR", "elsewhere")]), root.join("elsewhere"));
        assert_eq!(target_of(&scratch, &[("CARGO_BUILD_TARGET_DIR", "/elsewhere")]), Path::new("/elsewhere"));

        scratch.write(".cargo/config.toml", "[build]\ntarget-dir = \"configured\"\n");
        assert_eq!(target_of(&scratch, &[]), root.join("configured"));
    }
}
