//! Makes both packages while the lints and the documentation of Rust are looked at: each of the two leaves a processor idle for
//! minutes, where one crate is compiled after the other or a module is linked as a whole.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// The checks that look at what is made.
const NEED_PACKAGES: [&str; 6] = ["types", "api", "snippets", "site", "package", "size"];

/// `cargo xtask pack`, under way.
pub(super) struct Making {
    child: Option<Child>,
    log: PathBuf,
}

impl Making {
    pub(super) fn begin(workspace: &Workspace) -> Result<Self> {
        let log = workspace.output("check/pack.log");
        fs::create_dir_all(workspace.output("check")).context("target/check cannot be made")?;
        let output = File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
        let errors = output.try_clone().context("a file cannot be shared")?;
        let program = std::env::current_exe().context("nobody knows where this program is")?;
        let mut pack = Command::new(program);
        pack.arg("pack").stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = pack.spawn().context("`cargo xtask pack` cannot be started")?;
        Ok(Self { child: Some(child), log })
    }

    /// Waits for the packages where a check needs them. If they could not be made, the check finds out once more, and says so.
    pub(super) fn wait_for(&mut self, check: &str) -> Result<()> {
        if !NEED_PACKAGES.contains(&check) {
            return Ok(());
        }
        let Some(mut child) = self.child.take() else { return Ok(()) };
        if !child.wait().context("`cargo xtask pack` cannot be waited for")?.success() {
            eprintln!("{}", fs::read_to_string(&self.log).unwrap_or_default());
        }
        Ok(())
    }
}

impl Drop for Making {
    /// No build goes on behind a command that has ended.
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
