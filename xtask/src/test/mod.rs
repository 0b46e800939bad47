//! `cargo xtask test`: every layer of tests, one table, one last line.
//!
//! Here: which layers there are, in which order they run, and when a run is good. `layers` runs them with what is in
//! `shared`, `runners` starts the test runners, and `counts` reads what those say.

mod counts;
mod install;
mod layers;
mod runners;
pub(crate) mod rust_app;
mod shared;
pub(crate) mod web;

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::counts::Counts;
use self::shared::Bench;
use crate::process;
use crate::progress::{Plan, readable};
use crate::setup::{self, Part, engines};
use crate::workspace::Workspace;

/// Which tests to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Runs this layer alone (repeatable)
    #[arg(long, value_enum, value_name = "LAYER")]
    only: Vec<Layer>,
}

/// A layer of tests; a lower one fails for fewer reasons, so they run from the bottom up.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layer {
    /// The SDK's pure and client layers, natively
    Core,
    /// The emulator
    Emulator,
    /// These commands themselves
    Xtask,
    /// The emulator's published tarball: both hosts by one contract, and from the test runners of its users
    Emulated,
    /// The SDK in headless Chromium, against the emulator
    Web,
    /// The engine with its script host, in Chromium
    Host,
    /// A Rust front end on the crate, built and used in Chromium
    RustApp,
    /// The behaviour of sessions and tokens with the Rust host, in tabs of Chromium
    RustHost,
    /// The published types, as strict TypeScript projects see them
    Types,
    /// The published tarball, as its users install it
    Package,
    /// The published tarball in apps, by the tools that apps are made with
    Apps,
    /// The published tarball in Chromium, Firefox and WebKit
    Engines,
    /// The session of the published tarball, in tabs of Chromium
    Session,
    /// Tokens and hosted pages of the published tarball, in Chromium
    Tokens,
    /// The session as a store of React, Vue, Svelte and Solid
    Stores,
    /// The apps of the guide in Chromium, and the documentation's site
    Docs,
    /// Journeys over the demo page in Chromium
    E2e,
    /// The table of where the package runs, which `apps` and `engines` found
    Table,
}

impl Layer {
    fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Emulator => "emulator",
            Self::Xtask => "xtask",
            Self::Emulated => "emulated",
            Self::Web => "web",
            Self::Host => "host",
            Self::RustApp => "rust-app",
            Self::RustHost => "rust-host",
            Self::Types => "types",
            Self::Package => "package",
            Self::Apps => "apps",
            Self::Engines => "engines",
            Self::Session => "session",
            Self::Tokens => "tokens",
            Self::Stores => "stores",
            Self::Docs => "docs",
            Self::E2e => "e2e",
            Self::Table => "table",
        }
    }

    fn needs(self) -> &'static [Part] {
        use Part::{
            AppTools, Browser, DocsTools, EmulatorTools, Engines, Frameworks, LibrarySources, NpmTools,
            WasmBindgen, WasmPack, WasmTarget,
        };
        match self {
            Self::Core | Self::Emulator | Self::Xtask | Self::Table => &[],
            Self::Web => &[WasmTarget, WasmBindgen, Browser],
            Self::RustApp | Self::RustHost => &[WasmTarget, WasmBindgen, NpmTools, Browser],
            Self::Types => &[WasmTarget, LibrarySources, WasmBindgen, WasmPack, NpmTools, AppTools],
            Self::Host | Self::Package | Self::Session | Self::Tokens | Self::E2e => {
                &[WasmTarget, LibrarySources, WasmBindgen, WasmPack, NpmTools, Browser]
            }
            Self::Emulated => {
                // In one of the engines pages are opened by a tool of the apps.
                &[
                    WasmTarget,
                    LibrarySources,
                    WasmBindgen,
                    WasmPack,
                    NpmTools,
                    Browser,
                    EmulatorTools,
                    AppTools,
                    Engines,
                ]
            }
            Self::Apps => &[WasmTarget, LibrarySources, WasmBindgen, WasmPack, NpmTools, Browser, AppTools],
            Self::Docs => {
                &[WasmTarget, LibrarySources, WasmBindgen, WasmPack, NpmTools, Browser, AppTools, DocsTools]
            }
            Self::Engines => {
                &[WasmTarget, LibrarySources, WasmBindgen, WasmPack, NpmTools, Browser, AppTools, Engines]
            }
            Self::Stores => {
                &[WasmTarget, LibrarySources, WasmBindgen, WasmPack, NpmTools, Browser, Frameworks]
            }
        }
    }

    fn run(self, bench: &Bench) -> Result<Counts> {
        match self {
            Self::Core => layers::cargo_test(bench, "loginrocket-wasm"),
            Self::Emulator => layers::cargo_test(bench, "loginrocket-emulator"),
            Self::Xtask => layers::cargo_test(bench, "xtask"),
            Self::Emulated => layers::emulated(bench),
            Self::Web => web::run(bench),
            Self::Host => layers::host(bench),
            Self::RustApp => layers::rust_app(bench),
            Self::RustHost => layers::rust_host(bench),
            Self::Types => layers::types(bench),
            Self::Package => layers::package(bench),
            Self::Apps => layers::apps(bench),
            Self::Engines => layers::engines(bench),
            Self::Session => layers::session(bench),
            Self::Tokens => layers::tokens(bench),
            Self::Stores => layers::stores(bench),
            Self::Docs => layers::docs(bench),
            Self::E2e => layers::e2e(bench),
            Self::Table => layers::table(bench),
        }
    }
}

struct Outcome {
    layer: Layer,
    counts: Counts,
    time: Duration,
    /// Why the layer counts as failed beyond what its runner counted, or what it could not test.
    complaint: Option<String>,
}

/// What was set up so far, or why it could not be. Each part is tried once, when the first layer needs it: a missing
/// browser is one failure of each layer that uses one, and nothing to the others.
#[derive(Default)]
struct Installed(Vec<(Part, Result<(), String>)>);

impl Installed {
    fn demand(&mut self, parts: &[Part], install: impl Fn(Part) -> Result<()>) -> Result<()> {
        for part in parts {
            let known = self.0.iter().find(|(known, _)| known == part).map(|(_, result)| result.clone());
            let result = known.unwrap_or_else(|| {
                let result = install(*part).map_err(|error| format!("{error:#}"));
                self.0.push((*part, result.clone()));
                result
            });
            result.map_err(anyhow::Error::msg)?;
        }
        Ok(())
    }
}

/// Runs the layers and reports; `false` when anything failed, was skipped, or did not run at all.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<bool> {
    let mut installed = Installed::default();
    let bench = Bench::new(workspace);
    let mut outcomes = Vec::new();
    for layer in select(&options.only) {
        eprintln!("\n== {} ==", layer.name());
        let start = Instant::now();
        let ready = installed.demand(layer.needs(), |part| {
            let mut plan = Plan::default();
            setup::plan(workspace, &[part], &mut plan)?;
            plan.run()
        });
        let result = ready.and_then(|()| layer.run(&bench));
        if process::interrupted() {
            // What a stopped layer counted means nothing.
            result?;
            anyhow::bail!("stopped in the layer `{}`", layer.name());
        }
        outcomes.push(judge(layer, result, start.elapsed()));
    }
    Ok(report(&outcomes))
}

fn select(only: &[Layer]) -> Vec<Layer> {
    Layer::value_variants().iter().copied().filter(|layer| only.is_empty() || only.contains(layer)).collect()
}

/// A test that did not run has not passed: what was skipped counts as failed, and so does a layer without tests.
fn judge(layer: Layer, result: Result<Counts>, time: Duration) -> Outcome {
    let (mut counts, complaint) = match result {
        Ok(counts) if counts.total() == 0 => (Counts { failed: 1, ..counts }, Some("ran no test".to_owned())),
        Ok(counts) if counts.skipped > 0 => {
            (counts, Some(format!("{} skipped, which counts as failed", counts.skipped)))
        }
        Ok(counts) if [Layer::Emulated, Layer::Engines].contains(&layer) => {
            (counts, engines::find().missing())
        }
        Ok(counts) => (counts, None),
        Err(error) => (Counts { failed: 1, ..Counts::default() }, Some(format!("{error:#}"))),
    };
    counts.failed += counts.skipped;
    Outcome { layer, counts, time, complaint }
}

fn report(outcomes: &[Outcome]) -> bool {
    println!();
    println!("{:<10} {:>6} {:>6}  time", "layer", "passed", "failed");
    let mut total = Counts::default();
    for Outcome { layer, counts, time, complaint } in outcomes {
        let note = complaint.as_ref().map(|text| format!("  ({text})")).unwrap_or_default();
        println!("{:<10} {:>6} {:>6}  {}{note}", layer.name(), counts.passed, counts.failed, readable(*time));
        total += *counts;
    }
    println!();
    println!("{} passed, {} failed", total.passed, total.failed);
    total.failed == 0
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn judged(result: Result<Counts>) -> Outcome {
        judge(Layer::Core, result, Duration::ZERO)
    }

    #[test]
    fn a_layer_without_tests_has_failed() {
        assert_eq!(judged(Ok(Counts::default())).counts, Counts { passed: 0, failed: 1, skipped: 0 });
    }

    #[test]
    fn a_skipped_test_has_failed() {
        let outcome = judged(Ok(Counts { passed: 3, failed: 0, skipped: 2 }));
        assert_eq!((outcome.counts.passed, outcome.counts.failed), (3, 2));
        assert!(!report(&[outcome]));
    }

    #[test]
    fn a_layer_that_cannot_be_built_is_one_failure_with_its_reason() {
        let outcome = judged(Err(anyhow::anyhow!("no compiler")));
        assert_eq!(outcome.counts.failed, 1);
        assert_eq!(outcome.complaint.as_deref(), Some("no compiler"));
    }

    #[test]
    fn what_cannot_be_installed_is_tried_once_and_fails_only_who_needs_it() {
        let mut installed = Installed::default();
        let tried = RefCell::new(Vec::new());
        let install = |part: Part| {
            tried.borrow_mut().push(part);
            if part == Part::Browser {
                anyhow::bail!("no browser");
            }
            Ok(())
        };
        for layer in [Layer::Web, Layer::RustApp] {
            let error = installed.demand(layer.needs(), install).unwrap_err();
            assert_eq!(error.to_string(), "no browser");
        }
        assert!(installed.demand(Layer::Core.needs(), install).is_ok());
        assert!(installed.demand(Layer::Types.needs(), install).is_ok());
        let tried = tried.take();
        assert_eq!(tried.iter().filter(|part| **part == Part::Browser).count(), 1);
        assert_eq!(tried.iter().filter(|part| **part == Part::WasmTarget).count(), 1);
    }

    #[test]
    fn only_passed_tests_make_a_good_run() {
        assert!(report(&[judged(Ok(Counts { passed: 1, failed: 0, skipped: 0 }))]));
    }

    #[test]
    fn without_a_choice_every_layer_runs_from_the_bottom_up() {
        let names: Vec<_> = select(&[]).into_iter().map(Layer::name).collect();
        let expected = [
            "core",
            "emulator",
            "xtask",
            "emulated",
            "web",
            "host",
            "rust-app",
            "rust-host",
            "types",
            "package",
            "apps",
            "engines",
            "session",
            "tokens",
            "stores",
            "docs",
            "e2e",
            "table",
        ];
        assert_eq!(names, expected);
        assert!(select(&[Layer::Web]).into_iter().map(Layer::name).eq(["web"]));
    }
}
