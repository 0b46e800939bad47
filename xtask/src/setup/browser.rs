//! A Chromium and its driver: the one that the environment names, an installed one, or the system's package.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::process;
use crate::progress::Plan;
use crate::workspace::{Workspace, find_on_path};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const REMEDY: &str = "install Chromium or Chrome with its driver (on Debian: chromium and chromium-driver), \
    or set CHROME and CHROMEDRIVER to their paths";

/// A browser and the driver that belongs to it.
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds the browser; an error names what is missing and what to do.
pub(crate) fn find() -> Result<Browser> {
    let chrome = locate("CHROME", &BROWSERS)?;
    let driver = locate("CHROMEDRIVER", &["chromedriver"])?;
    match (chrome, driver) {
        (Some(chrome), Some(driver)) => Ok(Browser { chrome, driver }),
        (None, _) => bail!("no Chromium or Chrome was found: {REMEDY}"),
        (_, None) => bail!("no chromedriver was found: {REMEDY}"),
    }
}

/// Adds a step that installs the browser where that may be done unasked, or fails with what to install.
pub(super) fn plan<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let Err(missing) = find() else { return Ok(()) };
    let may_install = Path::new("/etc/debian_version").exists()
        && nix::unistd::geteuid().is_root()
        && find_on_path("apt-get").is_some();
    if !may_install || env::var_os("CHROME").is_some() || env::var_os("CHROMEDRIVER").is_some() {
        return Err(missing);
    }
    plan.add("installing chromium and chromium-driver with apt-get (about a minute)", || {
        process::run_quietly(workspace.command("apt-get").args(["update", "--quiet"]))?;
        let mut install = workspace.command("apt-get");
        install.env("DEBIAN_FRONTEND", "noninteractive");
        process::run_quietly(install.args([
            "install",
            "--quiet",
            "--yes",
            "--no-install-recommends",
            "chromium",
            "chromium-driver",
        ]))?;
        find().map(drop)
    });
    Ok(())
}

/// The path that a variable names, else the first of the names on PATH. A variable that names nothing is an error:
/// silently taking another browser would test something else than was asked for.
fn locate(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    if let Some(path) = env::var_os(variable).map(PathBuf::from) {
        if !path.is_file() {
            bail!("{variable} is set to {}, where there is no file", path.display());
        }
        return Ok(Some(path));
    }
    Ok(names.iter().find_map(|name| find_on_path(name)))
}
