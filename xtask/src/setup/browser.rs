//! A Chromium and its driver: the one that the environment names, an installed one, or the system's package.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process;
use crate::progress::Plan;
use crate::workspace::{Workspace, find_on_path};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Where macOS has them: an application is no program on PATH.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const REMEDY: &str = if cfg!(target_os = "macos") {
    "`brew install --cask google-chrome chromedriver` brings both, or set CHROME and CHROMEDRIVER to their paths"
} else {
    "on Debian and Ubuntu, `sudo apt-get install chromium chromium-driver` brings both; \
     elsewhere install Chrome or Chromium with its driver, or set CHROME and CHROMEDRIVER to their paths"
};

/// A browser and the driver that belongs to it.
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds the browser; an error names what is missing and what to do.
pub(crate) fn find() -> Result<Browser> {
    let chrome = locate("CHROME", &BROWSERS, &APPLICATIONS)?;
    let driver = locate("CHROMEDRIVER", &["chromedriver"], &[])?;
    let browser = match (chrome, driver) {
        (Some(chrome), Some(driver)) => Browser { chrome, driver },
        (None, _) => bail!("no Chromium or Chrome was found: {REMEDY}"),
        (_, None) => bail!("no chromedriver was found: {REMEDY}"),
    };
    demand_same_version(version_of(&browser.chrome), version_of(&browser.driver))?;
    Ok(browser)
}

/// A driver refuses any browser but that of its own major version, from deep inside a test run. Who does not tell a
/// version is a wrapper of someone's own, and trusted.
fn demand_same_version(chrome: Option<u32>, driver: Option<u32>) -> Result<()> {
    if let (Some(chrome), Some(driver)) = (chrome, driver)
        && chrome != driver
    {
        bail!("the browser is of version {chrome} and chromedriver of version {driver}: {REMEDY}");
    }
    Ok(())
}

fn version_of(program: &Path) -> Option<u32> {
    let mut command = Command::new(program);
    // What else a browser has to say, of fonts and buses, is of no interest.
    major(&process::output(command.arg("--version").stderr(Stdio::null())).ok()?)
}

/// `Google Chrome 150.0.7871.114`, `ChromeDriver 150.0.7871.114 (4f…)`.
fn major(words: &str) -> Option<u32> {
    let version =
        words.split_whitespace().find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))?;
    version.split_once('.')?.0.parse().ok()
}

/// Adds a step that installs the browser where that may be done unasked, or fails with what to install.
pub(super) fn plan<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let Err(missing) = find() else { return Ok(()) };
    if !may_install_packages() || env::var_os("CHROME").is_some() || env::var_os("CHROMEDRIVER").is_some() {
        return Err(missing);
    }
    plan.add("installing chromium and chromium-driver with apt-get (about a minute)", || {
        install_packages(workspace, &["chromium", "chromium-driver"])?;
        find().map(drop)
    });
    Ok(())
}

/// Whether the system's packages may be installed unasked: on Debian as root, as in a container.
pub(super) fn may_install_packages() -> bool {
    Path::new("/etc/debian_version").exists()
        && nix::unistd::geteuid().is_root()
        && find_on_path("apt-get").is_some()
}

/// Installs packages of Debian's.
pub(super) fn install_packages(workspace: &Workspace, names: &[&str]) -> Result<()> {
    process::run_quietly(workspace.command("apt-get").args(["update", "--quiet"]))?;
    let mut install = workspace.command("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "--quiet", "--yes", "--no-install-recommends"]).args(names);
    process::run_quietly(&mut install)
}

/// The path that a variable names, else the first of the names on PATH, else the first of the places. A variable that names nothing is an error:
/// silently taking another browser would test something else than was asked for.
fn locate(variable: &str, names: &[&str], places: &[&str]) -> Result<Option<PathBuf>> {
    if let Some(path) = env::var_os(variable).map(PathBuf::from) {
        if !path.is_file() {
            bail!("{variable} is set to {}, where there is no file", path.display());
        }
        return Ok(Some(path));
    }
    let application = || places.iter().map(PathBuf::from).find(|place| place.is_file());
    Ok(names.iter().find_map(|name| find_on_path(name)).or_else(application))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    #[test]
    fn the_major_version_is_found_among_the_words() {
        assert_eq!(major("Google Chrome 150.0.7871.114 \n"), Some(150));
        assert_eq!(major("Chromium 149.0.7827.53 built on Debian GNU/Linux 12 (bookworm)\n"), Some(149));
        assert_eq!(major("ChromeDriver 150.0.7871.114 (4f0c3a-refs/branch-heads/7871@{#1})\n"), Some(150));
        assert_eq!(major("a wrapper\n"), None);
    }

    #[test]
    fn a_driver_of_another_major_version_is_refused_in_one_sentence() {
        let error = demand_same_version(Some(150), Some(149)).unwrap_err().to_string();
        assert!(error.contains("150") && error.contains("149") && !error.contains('\n'), "{error}");
        assert!(demand_same_version(Some(150), Some(150)).is_ok());
        assert!(demand_same_version(None, Some(150)).is_ok());
    }

    #[test]
    fn an_application_that_is_on_no_path_is_found_where_it_is() {
        let scratch = Scratch::new("applications");
        scratch.write("Some Browser.app/Contents/MacOS/Some Browser", "");
        let place = scratch.workspace().path("Some Browser.app/Contents/MacOS/Some Browser");
        let places = ["/nowhere/Other", place.to_str().unwrap()];
        assert_eq!(locate("NO_SUCH_VARIABLE", &["no-such-browser"], &places).unwrap(), Some(place.clone()));
    }
}
