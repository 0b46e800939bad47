//! Set-up: what a command needs, and how what is missing gets there.
//!
//! Here: which parts there are and which a command needs. Tools land in `target/tools` and nowhere else; only the
//! wasm target (through rustup) and, on Debian as root, the browsers belong to the machine.

pub(crate) mod browser;
pub(crate) mod engines;
mod node;
mod rust;
pub(crate) mod versions;

use anyhow::Result;

use crate::progress::Plan;
use crate::workspace::Workspace;

/// A part that a command needs installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The standard library for wasm32.
    WasmTarget,
    /// The standard library's sources, from which the package builds its own.
    LibrarySources,
    /// wasm-bindgen's command line and test runner, of the version in Cargo.lock.
    WasmBindgen,
    /// wasm-pack.
    WasmPack,
    /// Node itself and the npm tools of `xtask/tools/package.json`.
    NpmTools,
    /// The frameworks that the tests use the package with.
    Frameworks,
    /// The tools that apps are made with.
    AppTools,
    /// The test runners that the emulator is used from.
    EmulatorTools,
    /// The generator of the documentation, and what its examples are compiled against.
    DocsTools,
    /// A Chromium with its driver.
    Browser,
    /// Firefox and WebKit, where they can be had.
    Engines,
}

/// Where the manifest and the lock file of the npm tools are.
pub(crate) const NPM_TOOLS: &str = "xtask/tools";

/// Where those of the frameworks are.
pub(crate) const NPM_FRAMEWORKS: &str = "tests/stores";

/// Where the frameworks themselves are, below `target/`: Node and bundlers look for packages upwards, so that an app in
/// a folder of this one finds them.
pub(crate) const FRAMEWORKS: &str = "test/stores";

/// Where those of the apps are, with one more manifest in each app's folder.
pub(crate) const NPM_APPS: &str = "tests/packages/apps";

/// Where the apps are with their tools, below `target/`.
pub(crate) const APPS: &str = "test/apps";

/// Where the manifest and the lock file of the test runners are that the emulator is used from.
pub(crate) const NPM_EMULATOR: &str = "tests/emulator";

/// Where they are themselves, below `target/`, with the projects that use them.
pub(crate) const EMULATOR_USERS: &str = "test/emulator-users";

/// Where the manifest and the lock file of the documentation's packages are.
pub(crate) const NPM_DOCS: &str = "xtask/docs";

/// Where they are themselves, below `target/`, with what is made of the pages.
pub(crate) const DOCS: &str = "docs";

/// What it takes to build the package.
pub(crate) const FOR_PACKAGE: &[Part] =
    &[Part::WasmTarget, Part::LibrarySources, Part::WasmBindgen, Part::WasmPack, Part::NpmTools];

/// Adds a step for each of the parts that is not there yet.
pub(crate) fn plan<'a>(workspace: &'a Workspace, parts: &[Part], plan: &mut Plan<'a>) -> Result<()> {
    for part in parts {
        match part {
            Part::WasmTarget => rust::plan_target(workspace, plan)?,
            Part::LibrarySources => rust::plan_library_sources(workspace, plan)?,
            Part::WasmBindgen => {
                rust::plan_tool(workspace, plan, &versions::wasm_bindgen_cli(workspace)?);
            }
            Part::WasmPack => rust::plan_tool(workspace, plan, &versions::wasm_pack()),
            Part::NpmTools => node::plan_tools(workspace, plan)?,
            Part::Frameworks => node::plan_frameworks(workspace, plan)?,
            Part::AppTools => node::plan_app_tools(workspace, plan)?,
            Part::EmulatorTools => node::plan_emulator_tools(workspace, plan)?,
            Part::DocsTools => node::plan_docs_tools(workspace, plan)?,
            Part::Browser => browser::plan(workspace, plan)?,
            Part::Engines => engines::plan(workspace, plan),
        }
    }
    Ok(())
}
