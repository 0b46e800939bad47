//! The `tests/web_*.rs` files: Cargo builds them, and wasm-bindgen's runner runs them in headless Chromium.

use std::fs;

use anyhow::{Context, Result, bail};

use super::counts::Counts;
use super::runners;
use super::shared::Bench;
use crate::emulator::Settings;
use crate::setup::browser;
use crate::workspace::Workspace;

/// Runs a test module in the browser. A bare name, found on the tools' PATH, because Cargo splits the variable that
/// takes it at white space, and the project may be in a folder whose name has some.
const WEB_RUNNER: &str = "wasm-bindgen-test-runner";

/// Runs them with an emulator that they find by a file which the runner serves.
pub(super) fn run(bench: &Bench) -> Result<Counts> {
    let tests = test_names(bench.workspace)?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    bench.workspace.write_output("test/emulator.json", &emulator.line)?;
    let browser = browser::find()?;
    // The runner adds what headless needs; this names the browser, so that it is the same as everywhere else.
    let capabilities = serde_json::json!({ "goog:chromeOptions": { "binary": browser.chrome } });
    let capabilities = bench.workspace.write_output("test/webdriver.json", &capabilities.to_string())?;

    // Without `--quiet`: Cargo would hand it on to the runner, which does not know it.
    let mut command = bench.workspace.cargo();
    command
        .args([
            "test",
            "--package",
            "loginrocket-wasm",
            "--target",
            "wasm32-unknown-unknown",
            "--no-default-features",
            "--features",
            "web,npm",
            "--no-fail-fast",
        ])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", WEB_RUNNER)
        .env("CHROMEDRIVER", browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        // A failed test would end in the runner's own backtrace, far below what it has to say.
        .env("RUST_BACKTRACE", "0");
    for test in tests {
        command.arg("--test").arg(test);
    }
    runners::cargo(&mut command)
}

/// The names of the browser tests, as Cargo calls them.
pub(crate) fn test_names(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.path("tests");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if stem.starts_with("web_") && path.extension().is_some_and(|extension| extension == "rs") {
            names.push(stem);
        }
    }
    if names.is_empty() {
        bail!("there is no tests/web_*.rs");
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::process;
    use crate::workspace::Scratch;

    /// Cargo itself splits the variable, so Cargo itself is asked: a crate without dependencies, and a runner that
    /// leaves a mark.
    #[test]
    fn cargo_finds_the_browser_runner_from_a_folder_with_a_space() {
        let scratch = Scratch::new("with a space");
        scratch.write("Cargo.toml", "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n");
        scratch.write("src/lib.rs", "");
        scratch.write("target/tools/bin/wasm-bindgen-test-runner", "#!/bin/sh\n: > \"$MARK\"\n");
        let workspace = scratch.workspace();
        let runner = workspace.tools().join("bin/wasm-bindgen-test-runner");
        fs::set_permissions(runner, fs::Permissions::from_mode(0o755)).unwrap();
        let mark = workspace.path("mark");
        let config = format!("target.'cfg(all())'.runner = \"{WEB_RUNNER}\"");
        let mut command = workspace.cargo();
        command.args(["test", "--quiet", "--offline", "--lib", "--config", &config]).env("MARK", &mark);
        command.env("CARGO_TARGET_DIR", workspace.output("build"));
        process::run_quietly(&mut command).unwrap();
        assert!(mark.is_file());
    }
}
