//! What the layers share: the project, the emulator's binary, the two tarballs and the Rust front end. Each thing is made
//! when the first layer asks for it, and once. How a thing is made belongs to `package`, `emulator` and `rust_app`.

use std::cell::OnceCell;
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::rust_app;
use crate::emulator::{self, Emulator, Settings};
use crate::package;
use crate::progress::Plan;
use crate::workspace::Workspace;

/// What there is to test with.
pub(super) struct Bench<'a> {
    pub(super) workspace: &'a Workspace,
    emulator: OnceCell<Result<(), String>>,
    emulator_tarball: OnceCell<Result<PathBuf, String>>,
    tarball: OnceCell<Result<PathBuf, String>>,
    rust_site: OnceCell<Result<PathBuf, String>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            emulator: OnceCell::new(),
            emulator_tarball: OnceCell::new(),
            tarball: OnceCell::new(),
            rust_site: OnceCell::new(),
        }
    }

    /// A host of its own for the caller.
    pub(super) fn start_emulator(&self, settings: &Settings) -> Result<Emulator> {
        once(&self.emulator, "emulator", || {
            let mut plan = Plan::default();
            emulator::plan_build(self.workspace, &mut plan);
            plan.run()
        })?;
        emulator::start(self.workspace, settings)
    }

    /// The emulator's tarball.
    pub(super) fn emulator_tarball(&self) -> Result<PathBuf> {
        once(&self.emulator_tarball, "emulator's package", || {
            let mut plan = Plan::default();
            package::emulator::plan_build(self.workspace, &mut plan)?;
            plan.run()?;
            package::emulator::pack_built(self.workspace)
        })
    }

    /// The SDK's tarball.
    pub(super) fn tarball(&self) -> Result<PathBuf> {
        once(&self.tarball, "package", || {
            let mut plan = Plan::default();
            package::plan_build(self.workspace, &mut plan)?;
            plan.run()?;
            package::pack_built(self.workspace)
        })
    }

    /// The folder with the Rust front end and the Rust host, as pages load them.
    pub(super) fn rust_site(&self) -> Result<PathBuf> {
        once(&self.rust_site, "Rust front end", || rust_app::build_site(self.workspace))
    }
}

/// Makes something once; who asks again after a failure gets the reason again, without another try.
fn once<T: Clone>(
    cell: &OnceCell<Result<T, String>>,
    what: &str,
    make: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let result = cell.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    result.clone().map_err(|reason| anyhow!("the {what} could not be built: {reason}"))
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn what_failed_once_is_not_tried_again_and_keeps_its_reason() {
        let cell = OnceCell::new();
        let first = once(&cell, "package", || -> Result<()> { bail!("no disk") });
        let second = once(&cell, "package", || -> Result<()> { bail!("was tried again") });
        let expected = "the package could not be built: no disk";
        assert_eq!(first.unwrap_err().to_string(), expected);
        assert_eq!(second.unwrap_err().to_string(), expected);
    }
}
