//! The engines beside Chromium in which the package is tested: Firefox, and WebKit in the browser that WebKitGTK brings for
//! tests. They are not demanded: where one is missing and may not be installed, the summary of the tests says so.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::browser;
use crate::progress::Plan;
use crate::workspace::{Workspace, find_on_path};

const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// Debian's packages. The last is the screen on which WebKit's browser is shown to nobody; the two before it are for a shell of
/// our own around WebKit, as apps have it.
const DEBIAN: [&str; 5] = ["firefox-esr", "webkit2gtk-driver", "gir1.2-webkit2-4.1", "python3-gi", "xvfb"];

/// Where distributions keep what belongs to a library and is no program on PATH.
const LIBRARIES: [&str; 4] = ["/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local/libexec"];

/// What is installed.
pub(crate) struct Engines {
    pub(crate) firefox: Option<PathBuf>,
    pub(crate) webkit: Option<WebKit>,
}

/// WebKit's driver, the browser that it drives, and the Python that can have WebKit in a window of its own.
pub(crate) struct WebKit {
    pub(crate) driver: PathBuf,
    pub(crate) browser: PathBuf,
    pub(crate) python: PathBuf,
}

/// Finds the engines.
pub(crate) fn find() -> Engines {
    let firefox = env::var_os("FIREFOX").map(PathBuf::from).filter(|path| path.is_file());
    let firefox = firefox.or_else(|| FIREFOX.iter().find_map(|name| find_on_path(name)));
    let screen = find_on_path("Xvfb");
    let webkit = screen.and(find_on_path("WebKitWebDriver")).and_then(|driver| {
        let browser = LIBRARIES.iter().find_map(|folder| mini_browser(Path::new(folder), 2))?;
        Some(WebKit { driver, browser, python: python()? })
    });
    Engines { firefox, webkit }
}

/// The first Python that knows WebKit: one of a user's own often does not know what the system has.
fn python() -> Option<PathBuf> {
    let knows = |python: &PathBuf| {
        let mut import = Command::new(python);
        import.args(["-c", "import gi; gi.require_version('WebKit2', '4.1')"]).stderr(Stdio::null());
        import.status().is_ok_and(|status| status.success())
    };
    let system = PathBuf::from("/usr/bin/python3");
    [Some(system), find_on_path("python3")].into_iter().flatten().find(knows)
}

/// `…/webkit2gtk-4.1/MiniBrowser`, in a folder or, on Debian, one below that is named after the machine.
fn mini_browser(folder: &Path, depth: usize) -> Option<PathBuf> {
    let mut folders: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    let is_webkit = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("webkitgtk-"))
            || path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("webkit2gtk-"))
    };
    let here = folders.iter().filter(|path| is_webkit(path)).map(|path| path.join("MiniBrowser"));
    let found = here.into_iter().rfind(|path| path.is_file());
    let below = || {
        let below = folders.iter().filter(|path| path.to_string_lossy().contains("-linux-gnu"));
        below.into_iter().find_map(|path| mini_browser(path, depth - 1))
    };
    found.or_else(|| (depth > 1).then(below).flatten())
}

impl Engines {
    /// The names that tests know them by.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let firefox = self.firefox.as_ref().map(|_| "Firefox");
        let webkit = self.webkit.as_ref().map(|_| "WebKit");
        [Some("Chromium"), firefox, webkit].into_iter().flatten().collect()
    }

    /// What is not tested, in words; none if nothing is missing.
    pub(crate) fn missing(&self) -> Option<String> {
        let mut missing = Vec::new();
        if self.firefox.is_none() {
            missing.push("Firefox");
        }
        if self.webkit.is_none() {
            missing.push("WebKit");
        }
        if missing.is_empty() {
            return None;
        }
        Some(format!(
            "not tested in {}: on Debian and Ubuntu, `sudo apt-get install {}` brings what is missing",
            missing.join(" and "),
            DEBIAN.join(" ")
        ))
    }
}

/// Adds a step that installs what is missing where that may be done unasked.
pub(super) fn plan<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) {
    if find().missing().is_none() || !browser::may_install_packages() {
        return;
    }
    plan.add("installing Firefox and WebKit with apt-get (less than a minute)", || {
        // A mirror that has them not is no failure of this project; the summary says what was not tested.
        if let Err(error) = browser::install_packages(workspace, &DEBIAN) {
            eprintln!("{error:#}");
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    #[test]
    fn the_browser_of_webkit_is_found_in_the_folders_of_distributions() {
        let scratch = Scratch::new("webkit");
        let root = scratch.workspace().root().to_path_buf();
        assert_eq!(mini_browser(&root, 2), None);
        scratch.write("lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser", "");
        assert_eq!(
            mini_browser(&root.join("lib"), 2),
            Some(root.join("lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"))
        );
        scratch.write("libexec/webkitgtk-6.0/MiniBrowser", "");
        assert_eq!(
            mini_browser(&root.join("libexec"), 2),
            Some(root.join("libexec/webkitgtk-6.0/MiniBrowser"))
        );
    }

    #[test]
    fn what_is_missing_is_said_in_words_with_its_remedy() {
        let none = Engines { firefox: None, webkit: None };
        assert_eq!(none.names(), ["Chromium"]);
        let words = none.missing().unwrap();
        assert!(words.contains("Firefox and WebKit") && words.contains("apt-get install"), "{words}");
        let webkit = WebKit { driver: PathBuf::new(), browser: PathBuf::new(), python: PathBuf::new() };
        let all = Engines { firefox: Some(PathBuf::new()), webkit: Some(webkit) };
        assert_eq!(all.names(), ["Chromium", "Firefox", "WebKit"]);
        assert_eq!(all.missing(), None);
    }
}
