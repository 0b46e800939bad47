//! Runs one layer of tests each: what must be built and started for it, and with which runner.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use super::counts::{self, Counts};
use crate::digest::{copy_folder, files_in};
use crate::emulator::{self, Emulator, Settings};
use crate::package;
use crate::process;
use crate::progress::Plan;
use crate::setup::{APPS, DOCS, EMULATOR_USERS, FRAMEWORKS, NPM_APPS, NPM_EMULATOR, browser, engines};
use crate::workspace::Workspace;

/// Runs a test module in the browser. A bare name, found on the tools' PATH, because Cargo splits the variable that
/// takes it at white space, and the project may be in a folder whose name has some.
const WEB_RUNNER: &str = "wasm-bindgen-test-runner";

/// A layer that takes longer hangs; the machine that runs it may be slow, but not that slow.
const LIMIT: Duration = Duration::from_mins(20);

/// What npm itself keeps among the packages.
const NPM_FILES: [&str; 2] = [".bin", ".package-lock.json"];

/// Tests of the npm package alone in the folders of the behaviour suite: what it does on a server or without a class for requests,
/// where there is no Rust host, and pages that load it by its own address.
const SCRIPT_SESSION: &[&str] = &["parts", "server"];
const SCRIPT_TOKENS: &[&str] = &["docs", "matrix"];

/// What is specified of the service alone: the pieces of an answer, thousands of calls in a row, and what no host lets anybody at.
const IN_PROCESS: [&str; 3] = ["inside::", "listing::", "promises::"];

/// Tests that ask hosts over HTTP at the same time; each may have two hosts.
const SPEC_THREADS: usize = 2;

/// A project of which nothing is wanted but that the tarball is installed in it.
const EMPTY_PROJECT: &str = "tests/packages/empty";

/// What the layers share. Each thing is made when the first layer asks for it, and once.
pub(super) struct Bench<'a> {
    workspace: &'a Workspace,
    emulator: OnceCell<Result<(), String>>,
    emulator_tarball: OnceCell<Result<PathBuf, String>>,
    tarball: OnceCell<Result<PathBuf, String>>,
    rust_site: OnceCell<Result<(), String>>,
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

    /// All tests of a crate, natively.
    pub(super) fn cargo_test(&self, package: &str) -> Result<Counts> {
        let mut command = self.workspace.cargo();
        command.args(["test", "--quiet", "--package", package, "--no-fail-fast"]);
        // Property tests try the same inputs in every run, so that a run says something about the change alone; another
        // seed from outside, or `cargo test`, tries others.
        if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
            command.env("PROPTEST_RNG_SEED", "1843");
        }
        count_cargo(&mut command)
    }

    /// The `tests/web_*.rs` files in headless Chromium, with an emulator that they find by a file which the runner serves.
    pub(super) fn web(&self) -> Result<Counts> {
        let tests = web_tests(self.workspace)?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        self.write_output("test/emulator.json", &emulator.line)?;
        let browser = browser::find()?;
        // The runner adds what headless needs; this names the browser, so that it is the same as everywhere else.
        let capabilities = serde_json::json!({ "goog:chromeOptions": { "binary": browser.chrome } });
        let capabilities = self.write_output("test/webdriver.json", &capabilities.to_string())?;

        // Without `--quiet`: Cargo would hand it on to the runner, which does not know it.
        let mut command = self.workspace.cargo();
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
        count_cargo(&mut command)
    }

    /// The module and the glue around it in Node, and the script host where it meets a page that is not as it should be.
    pub(super) fn host(&self) -> Result<Counts> {
        self.tarball()?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        let made = package::bundle::folder(self.workspace);
        self.node_test("tests/host", &emulator, |command| {
            command.env("LOGINROCKET_MADE", made);
        })
    }

    /// The Rust front end under `tests/rust-app`, built as its users would build it.
    pub(super) fn rust_app(&self) -> Result<Counts> {
        let site = self.rust_site()?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        self.node_test("tests/rust-app", &emulator, |command| {
            command.env("LOGINROCKET_RUST_APP", &site);
        })
    }

    /// The behaviour suite, which the npm package passes in the layers `session` and `tokens`, with the Rust host.
    pub(super) fn rust_host(&self) -> Result<Counts> {
        let site = self.rust_site()?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        let mut counts = Counts::default();
        for (folder, others) in [("tests/session", SCRIPT_SESSION), ("tests/tokens", SCRIPT_TOKENS)] {
            counts += self.node_test_but(folder, others, &emulator, |command| {
                // Nothing is installed: no page asks for the package.
                command.env("LOGINROCKET_INSTALLED", &site).env("LOGINROCKET_RUST_HOST", &site);
            })?;
        }
        Ok(counts)
    }

    /// The folder with the Rust front end and the Rust host, as pages load them.
    fn rust_site(&self) -> Result<PathBuf> {
        let target = rust_app_target(self.workspace);
        let site = target.join("site");
        once(&self.rust_site, "Rust front end", || {
            let mut plan = Plan::default();
            plan.add("building the Rust front end (about a minute, the first time)", || {
                process::run(rust_app(self.workspace, "build").args(["--quiet", "--locked", "--workspace"]))
            });
            plan.add("making its glue", || {
                for module in ["rust-app", "rust_host"] {
                    let module = target.join(format!("wasm32-unknown-unknown/debug/{module}.wasm"));
                    let mut bindgen = self.workspace.command("wasm-bindgen");
                    bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&site);
                    process::run_quietly(bindgen.arg(module))?;
                }
                let shape = self.workspace.path("tests/rust-app/host/host.js");
                write(&site.join("host.js"), &fs::read(shape)?)
            });
            plan.run()
        })?;
        Ok(site)
    }

    /// Each project under `tests/types` with the packed package installed, by the two newest major versions of TypeScript:
    /// that of the tools, and that of the apps.
    pub(super) fn types(&self) -> Result<Counts> {
        let folder = self.install_package("test/types", "tests/types")?;
        let mut counts = Counts::default();
        for file in files_in(&self.workspace.path("tests/types"))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with("tsconfig.") {
                continue;
            }
            let of_apps = self.workspace.output(APPS).join("node_modules/.bin/tsc");
            for (which, compiler) in [("new", self.workspace.npm_binary("tsc")), ("old", of_apps)] {
                // TypeScript 7 knows that resolution no more.
                if which == "new" && name == "tsconfig.node10.json" {
                    continue;
                }
                let mut command = self.workspace.command(compiler);
                command.current_dir(&folder).args(["--project", name.as_ref()]);
                let good = process::watch(&mut command, LIMIT)?.status.is_some_and(|status| status.success());
                println!("{} {name}, {which} TypeScript", if good { "ok    " } else { "FAILED" });
                counts += Counts { passed: u64::from(good), failed: u64::from(!good), skipped: 0 };
            }
        }
        counts += self.node_test_alone("tests/types", |command| {
            command
                .env("LOGINROCKET_INSTALLED", &folder)
                .env("LOGINROCKET_APPS", self.workspace.output(APPS));
        })?;
        Ok(counts)
    }

    /// The emulator's tarball beside the SDK's: its command under the tests of the native host, and the package in Node, in a
    /// page, and from the test runners of its users.
    pub(super) fn emulated(&self) -> Result<Counts> {
        let tarballs = [self.emulator_tarball()?, self.tarball()?];
        let folder = self.workspace.output(EMULATOR_USERS);
        remove_all_but_packages(&folder)?;
        copy_folder(&self.workspace.path(NPM_EMULATOR).join("users"), &folder)?;
        for name in ["package.json", "package-lock.json"] {
            fs::copy(self.workspace.path(NPM_EMULATOR).join(name), folder.join(name))
                .with_context(|| format!("{name} cannot be copied"))?;
        }
        self.install_anew(&folder, &["loginrocket-emulator", "loginrocket-wasm"], &tarballs)?;
        let command = folder.join("node_modules/loginrocket-emulator/dist/cli.js");
        let mut contract = self.workspace.cargo();
        contract.args(["test", "--quiet", "--package", "loginrocket-emulator", "--no-fail-fast"]);
        contract
            .args(["--test", "socket", "--test", "docs"])
            .env("LOGINROCKET_EMULATOR_COMMAND", format!("node;{}", command.display()));
        let mut counts = count_cargo(&mut contract)?;
        let by_node = || {
            let mut host = self.workspace.command("node");
            host.arg(&command);
            emulator::start_host(host, &Settings::for_tests(false))
        };
        counts += self.specified(by_node)?;
        counts += self.specified(|| self.start_emulator(&Settings::for_tests(false)))?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        let engines = engines::find();
        counts += self.node_test(NPM_EMULATOR, &emulator, |command| {
            command.env("LOGINROCKET_INSTALLED", &folder);
            // What drives the engines is among the tools of the apps.
            command.env("LOGINROCKET_APPS", self.workspace.output(APPS));
            name_engines(command, engines);
        })?;
        Ok(counts)
    }

    /// What is specified of the realm in-process, asked of hosts of one kind over HTTP.
    fn specified(&self, start: impl Fn() -> Result<Emulator>) -> Result<Counts> {
        let hosts = (0..2 * SPEC_THREADS).map(|_| start()).collect::<Result<Vec<_>>>()?;
        let lines: Vec<&str> = hosts.iter().map(|host| host.line.as_str()).collect();
        let mut spec = self.workspace.cargo();
        spec.args(["test", "--quiet", "--package", "loginrocket-emulator", "--test", "spec", "--"])
            .arg(format!("--test-threads={SPEC_THREADS}"))
            .args(IN_PROCESS.iter().flat_map(|module| ["--skip", module]))
            .env("LOGINROCKET_EMULATORS", lines.join("\n"));
        count_cargo(&mut spec)
    }

    /// The tarball, as Node and a page use it.
    pub(super) fn package(&self) -> Result<Counts> {
        self.installed_test("tests/packages", "test/package", EMPTY_PROJECT)
    }

    /// The tarball in apps, as their tools find it.
    pub(super) fn apps(&self) -> Result<Counts> {
        let tarball = self.tarball()?;
        let folder = self.install_in_apps(&tarball)?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        let places = self.write_output("test/places/apps.jsonl", "")?;
        self.node_test(NPM_APPS, &emulator, |command| {
            command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
            command.env("LOGINROCKET_APPS", &folder).env("LOGINROCKET_PLACES", places);
        })
    }

    /// The tarball in every engine that is installed, on the pages of the apps.
    pub(super) fn engines(&self) -> Result<Counts> {
        let tarball = self.tarball()?;
        let folder = self.install_in_apps(&tarball)?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        let places = self.write_output("test/places/engines.jsonl", "")?;
        let engines = engines::find();
        self.node_test("tests/engines", &emulator, |command| {
            command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
            command.env("LOGINROCKET_APPS", &folder).env("LOGINROCKET_PLACES", places);
            name_engines(command, engines);
        })
    }

    /// Compares the table on its page with what the layers before it found, and writes it anew where it differs.
    pub(super) fn table(&self) -> Result<Counts> {
        let places = self.workspace.output("test/places");
        for layer in ["apps", "engines"] {
            if !places.join(format!("{layer}.jsonl")).is_file() {
                bail!("the layer `{layer}` has not run yet: the table is made of what it finds");
            }
        }
        let mut command = self.workspace.command("node");
        command
            .arg("tests/packages/table.mjs")
            .env("LOGINROCKET_PLACES", places)
            .env("LOGINROCKET_ENGINES", engines::find().names().join(","));
        let good = process::watch(&mut command, LIMIT)?.status.is_some_and(|status| status.success());
        Ok(Counts { passed: u64::from(good), failed: u64::from(!good), skipped: 0 })
    }

    /// The tarball's session, in one tab and in many.
    pub(super) fn session(&self) -> Result<Counts> {
        self.installed_test("tests/session", "test/session", EMPTY_PROJECT)
    }

    /// Tokens that the tarball verifies, and the hosted pages.
    pub(super) fn tokens(&self) -> Result<Counts> {
        self.installed_test("tests/tokens", "test/tokens", EMPTY_PROJECT)
    }

    /// The tarball's session in apps of four frameworks, which are installed one folder up.
    pub(super) fn stores(&self) -> Result<Counts> {
        self.installed_test("tests/stores", &format!("{FRAMEWORKS}/apps"), "tests/stores/apps")
    }

    /// The apps that the guide's pages are made of, and the documentation's site.
    pub(super) fn docs(&self) -> Result<Counts> {
        let tarball = self.tarball()?;
        let folder = self.install_package("test/docs", EMPTY_PROJECT)?;
        crate::docs::build(self.workspace)?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        self.node_test("tests/docs", &emulator, |command| {
            command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
            command.env("LOGINROCKET_APPS", self.workspace.output(APPS));
            command.env("LOGINROCKET_DOCS", self.workspace.output(DOCS));
        })
    }

    /// Journeys over the demo page.
    pub(super) fn e2e(&self) -> Result<Counts> {
        self.tarball()?;
        let emulator = self.start_emulator(&Settings::for_tests(true))?;
        self.node_test("tests/e2e", &emulator, |_| {})
    }

    /// Tests of the tarball, which is installed in a copy of a project, with an emulator.
    fn installed_test(&self, tests: &str, output: &str, project: &str) -> Result<Counts> {
        let tarball = self.tarball()?;
        let folder = self.install_package(output, project)?;
        let emulator = self.start_emulator(&Settings::for_tests(false))?;
        self.node_test(tests, &emulator, |command| {
            command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
        })
    }

    fn node_test(
        &self,
        folder: &str,
        emulator: &Emulator,
        extend: impl FnOnce(&mut Command),
    ) -> Result<Counts> {
        self.node_test_but(folder, &[], emulator, extend)
    }

    /// The tests of a folder without those files.
    fn node_test_but(
        &self,
        folder: &str,
        others: &[&str],
        emulator: &Emulator,
        extend: impl FnOnce(&mut Command),
    ) -> Result<Counts> {
        let chrome = browser::find()?.chrome;
        self.run_node_tests(folder, others, |command| {
            command.env("LOGINROCKET_EMULATOR", &emulator.line).env("CHROME", chrome);
            extend(command);
        })
    }

    /// The tests of a folder that need neither an emulator nor a browser.
    fn node_test_alone(&self, folder: &str, extend: impl FnOnce(&mut Command)) -> Result<Counts> {
        self.run_node_tests(folder, &[], extend)
    }

    fn run_node_tests(
        &self,
        folder: &str,
        others: &[&str],
        extend: impl FnOnce(&mut Command),
    ) -> Result<Counts> {
        let folder = self.workspace.path(folder);
        // Not those of folders below, which are layers of their own.
        let is_test = |file: &PathBuf| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let is_other = others.iter().any(|other| name == format!("{other}.test.mjs"));
            name.ends_with(".test.mjs") && !is_other && file.parent() == Some(folder.as_path())
        };
        let files: Vec<_> = files_in(&folder)?.into_iter().filter(is_test).collect();
        if files.is_empty() {
            bail!("there is no {}/*.test.mjs", folder.display());
        }
        let report = self.write_output("test/report.tap", "")?;
        let mut command = self.workspace.command("node");
        command
            .args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"])
            .arg("--test-reporter=tap")
            .arg(format!("--test-reporter-destination={}", report.display()))
            .env("LOGINROCKET_TOOLS", self.workspace.npm_tools());
        extend(&mut command);
        command.args(files);
        let watched = process::watch(&mut command, LIMIT)?;
        let report = fs::read_to_string(&report).context("node left no report")?;
        Ok(counts::of_node(&report)
            .with_failure_unless(watched.status.is_some_and(|status| status.success())))
    }

    fn start_emulator(&self, settings: &Settings) -> Result<Emulator> {
        once(&self.emulator, "emulator", || {
            let mut plan = Plan::default();
            emulator::plan_build(self.workspace, &mut plan);
            plan.run()
        })?;
        emulator::start(self.workspace, settings)
    }

    fn emulator_tarball(&self) -> Result<PathBuf> {
        once(&self.emulator_tarball, "emulator's package", || {
            let mut plan = Plan::default();
            package::emulator::plan_build(self.workspace, &mut plan)?;
            plan.run()?;
            package::emulator::pack_built(self.workspace)
        })
    }

    fn tarball(&self) -> Result<PathBuf> {
        once(&self.tarball, "package", || {
            let mut plan = Plan::default();
            package::plan_build(self.workspace, &mut plan)?;
            plan.run()?;
            package::pack_built(self.workspace)
        })
    }

    /// Makes a folder with copies of a project's files and the tarball installed, as a user would.
    fn install_package(&self, output: &str, project: &str) -> Result<PathBuf> {
        let tarball = self.tarball()?;
        let folder = self.workspace.output(output);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
        }
        copy_folder(&self.workspace.path(project), &folder)?;
        let mut command = self.workspace.command("npm");
        command
            .current_dir(&folder)
            .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--offline"])
            .arg(tarball);
        process::run_quietly(&mut command)?;
        Ok(folder)
    }

    /// Copies the apps to where their tools are, and installs the tarball there. Nothing is left of earlier runs but the
    /// tools: not what an app was built into, and not what a tool remembers of it.
    fn install_in_apps(&self, tarball: &Path) -> Result<PathBuf> {
        let folder = self.workspace.output(APPS);
        remove_all_but_packages(&folder)?;
        copy_folder(&self.workspace.path(NPM_APPS), &folder)?;
        self.install_anew(&folder, &["loginrocket-wasm"], &[tarball.to_path_buf()])?;
        Ok(folder)
    }

    /// Installs tarballs beside what is there already.
    fn install_anew(&self, folder: &Path, names: &[&str], tarballs: &[PathBuf]) -> Result<()> {
        for name in names {
            let package = folder.join("node_modules").join(name);
            if package.exists() {
                // npm would keep it, because the version is the same.
                fs::remove_dir_all(&package)
                    .with_context(|| format!("{} cannot be removed", package.display()))?;
            }
        }
        let mut command = self.workspace.command("npm");
        command
            .current_dir(folder)
            .args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--offline"])
            .args(tarballs);
        process::run_quietly(&mut command)
    }

    fn write_output(&self, name: &str, content: &str) -> Result<PathBuf> {
        let file = self.workspace.output(name);
        write(&file, content.as_bytes())?;
        Ok(file)
    }
}

/// Tells tests which engines there are, and where.
fn name_engines(command: &mut Command, engines: engines::Engines) {
    command.env("LOGINROCKET_ENGINES", engines.names().join(","));
    if let Some(firefox) = engines.firefox {
        command.env("FIREFOX", firefox);
    }
    if let Some(webkit) = engines.webkit {
        command.env("WEBKIT_DRIVER", webkit.driver).env("WEBKIT_BROWSER", webkit.browser);
        command.env("WEBKIT_PYTHON", webkit.python);
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

fn count_cargo(command: &mut Command) -> Result<Counts> {
    let watched = process::watch(command, LIMIT)?;
    Ok(counts::of_cargo(&watched.output)
        .with_failure_unless(watched.status.is_some_and(|status| status.success())))
}

/// A command of Cargo's for the Rust front end, which is a workspace of its own.
pub(crate) fn rust_app(workspace: &Workspace, command: &str) -> Command {
    let mut cargo = workspace.cargo();
    cargo
        .current_dir(workspace.path("tests/rust-app"))
        .args([command, "--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", rust_app_target(workspace));
    cargo
}

fn rust_app_target(workspace: &Workspace) -> PathBuf {
    workspace.output("rust-app")
}

/// The names of the browser tests, as Cargo calls them.
pub(crate) fn web_tests(workspace: &Workspace) -> Result<Vec<String>> {
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

/// Empties a folder but for the packages below it. Among those, what starts with a dot is a cache of some tool's, except
/// for npm's own.
fn remove_all_but_packages(folder: &Path) -> Result<()> {
    let failed = || format!("{} cannot be emptied", folder.display());
    let in_packages = folder.ends_with("node_modules");
    for entry in fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if in_packages && (!name.starts_with('.') || NPM_FILES.contains(&name.as_str())) {
            continue;
        }
        if !path.is_dir() {
            fs::remove_file(&path).with_context(failed)?;
        } else if in_packages {
            fs::remove_dir_all(&path).with_context(failed)?;
        } else {
            remove_all_but_packages(&path)?;
            // One that holds packages is not empty and stays.
            let _ = fs::remove_dir(&path);
        }
    }
    Ok(())
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    }
    fs::write(file, content).with_context(|| format!("{} cannot be written", file.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
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

    #[test]
    fn an_app_starts_without_what_an_earlier_run_left() {
        let scratch = Scratch::new("apps");
        let files = [
            ".parcel-cache/old",
            "app/dist/old.js",
            "app/node_modules/.vite/old.js",
            "app/node_modules/vite/index.js",
            "gone/main.js",
            "node_modules/.bin/vite",
            "node_modules/.package-lock.json",
            "node_modules/.vite/deps/old.js",
            "node_modules/vite/index.js",
        ];
        for file in files {
            scratch.write(file, "");
        }
        let root = scratch.workspace().root().to_path_buf();
        remove_all_but_packages(&root).unwrap();
        let left: Vec<_> = files_in(&root).unwrap();
        let left: Vec<_> =
            left.iter().map(|file| file.strip_prefix(&root).unwrap().to_str().unwrap()).collect();
        let expected = [
            "app/node_modules/vite/index.js",
            "node_modules/.bin/vite",
            "node_modules/.package-lock.json",
            "node_modules/vite/index.js",
        ];
        assert_eq!(left, expected);
    }

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
