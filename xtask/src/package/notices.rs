//! The licences of what is compiled into the package, which have to travel with it: `THIRD-PARTY-LICENSES.md`.
//!
//! Cargo says which crates there are: those that the SDK depends on with the features that the package is built with, and
//! those of the standard library, which is built along. What other members of the workspace switch on in a crate counts as
//! well, so one too many may be listed, and never one too few. Procedural macros and build scripts run where the package is
//! built and are not in it. Whether a licence may be used at all is a check's business, not this module's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use spdx::{Expression, ParseMode};

use super::wasm;
use crate::process;
use crate::workspace::Workspace;

/// Whose notices are written.
pub(super) struct Work {
    /// Where the notices are; npm publishes them from there.
    pub(super) file: &'static str,
    manifest: &'static str,
    /// As the module is built.
    features: &'static [&'static str],
}

pub(super) const SDK: Work = Work {
    file: "pkg/THIRD-PARTY-LICENSES.md",
    manifest: "Cargo.toml",
    features: &["--no-default-features", "--features", "npm"],
};

pub(super) const EMULATOR: Work = Work {
    file: "emulator/npm/THIRD-PARTY-LICENSES.md",
    manifest: "emulator/js/Cargo.toml",
    features: &["--no-default-features"],
};

/// How the names of files with licences begin, in upper case.
const BEGINNINGS: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];

const HEAD: &str = "# Third-party licences\n\n\
    The scripts of this package contain compiled code of the following. Where there is a choice of licences that MIT \
    is part of, MIT is what was chosen.\n";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    manifest_path: PathBuf,
    /// Where it came from; nothing for a package of the workspace itself.
    source: Option<String>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    root: Option<String>,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// Nothing for a dependency that is linked, else `dev` or `build`.
    kind: Option<String>,
}

/// One line of the list, with the texts that it asks for.
struct Notice {
    name: String,
    version: String,
    licence: String,
    texts: Vec<String>,
}

/// Writes the notices beside the package's manifest.
pub(super) fn write(workspace: &Workspace, work: &Work) -> Result<()> {
    let permission =
        fs::read_to_string(workspace.path("LICENSE-MIT")).context("LICENSE-MIT cannot be read")?;
    let library = wasm::sysroot(workspace)?.join("lib/rustlib/src/rust/library");

    let mut notices = vec![standard_library(workspace, &library, &permission)?];
    for (manifest, is_library) in
        [(workspace.path(work.manifest), false), (library.join("std/Cargo.toml"), true)]
    {
        let mut cargo = workspace.cargo();
        cargo
            .args(["metadata", "--quiet", "--locked", "--format-version", "1"])
            .args(["--filter-platform", "wasm32-unknown-unknown", "--manifest-path"])
            .arg(manifest);
        if is_library {
            // Its manifest is written for its own build, in which unstable things are allowed.
            cargo.env("RUSTC_BOOTSTRAP", "1");
        } else {
            cargo.args(work.features);
        }
        let metadata: Metadata =
            serde_json::from_str(&process::output(&mut cargo)?).context("`cargo metadata` gave no JSON")?;
        for package in linked(&metadata) {
            notices.push(notice(package, &permission)?);
        }
    }
    let file = workspace.path(work.file);
    fs::write(&file, document(&notices)).with_context(|| format!("{} cannot be written", work.file))
}

/// The standard library's own crates are one work. Its sources come without the texts; the compiler brings those.
fn standard_library(workspace: &Workspace, library: &Path, permission: &str) -> Result<Notice> {
    let tables = wasm::sysroot(workspace)?.join("share/doc/rust/licenses/Unicode-3.0.txt");
    let builtins = library.join("compiler-builtins/LICENSE.txt");
    let mut texts = vec![mit_of("The Rust Project Developers", permission)];
    for file in [tables, builtins] {
        texts.push(fs::read_to_string(&file).with_context(|| {
            format!("{} cannot be read: install the compiler with rustup, which brings it", file.display())
        })?);
    }
    let version = process::output(workspace.command("rustc").arg("--version"))?;
    Ok(Notice {
        name: "the Rust standard library".to_owned(),
        version: version.split_whitespace().nth(1).unwrap_or_default().to_owned(),
        licence: "(MIT OR Apache-2.0) AND Unicode-3.0 AND Apache-2.0 WITH LLVM-exception".to_owned(),
        texts,
    })
}

/// The packages from elsewhere that are linked into the root.
fn linked(metadata: &Metadata) -> Vec<&Package> {
    let packages: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let nodes: BTreeMap<_, _> = metadata.resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut found = BTreeSet::new();
    let mut open: Vec<&String> = metadata.resolve.root.iter().collect();
    while let Some(id) = open.pop() {
        let is_macro = packages.get(id).is_some_and(|package| package.is_macro());
        if is_macro || !found.insert(id) {
            continue;
        }
        let dependencies = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
        let needed = dependencies.iter().filter(|one| one.dep_kinds.iter().any(|kind| kind.kind.is_none()));
        open.extend(needed.map(|dependency| &dependency.pkg));
    }
    let known = found.into_iter().filter_map(|id| packages.get(id).copied());
    known.filter(|package| package.source.is_some()).collect()
}

impl Package {
    fn is_macro(&self) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "proc-macro"))
    }
}

fn notice(package: &Package, permission: &str) -> Result<Notice> {
    let licence = package.license.clone().unwrap_or_default();
    let folder = package.manifest_path.parent().context("a manifest is in no folder")?;
    let mut names: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .flatten()
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    let mut texts = Vec::new();
    for name in chosen(&names, may_be_mit(&licence)) {
        let file = folder.join(name);
        // Not every text of others is in UTF-8.
        let text = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        texts.push(String::from_utf8_lossy(&text).into_owned());
    }
    if texts.is_empty() {
        // Its authors published no text; the licence that they declare wants theirs named all the same.
        let authors = package.authors.join(", ");
        texts.push(mit_of(if authors.is_empty() { "its authors" } else { &authors }, permission));
    }
    Ok(Notice { name: package.name.clone(), version: package.version.clone(), licence, texts })
}

/// Whether MIT alone is enough.
fn may_be_mit(licence: &str) -> bool {
    Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|requirement| requirement.license.id().is_some_and(|id| id.name == "MIT"))
    })
}

/// The files whose texts are wanted: that of MIT where it is enough, else all.
fn chosen(names: &[String], may_be_mit: bool) -> Vec<&String> {
    let upper = |name: &String| name.to_uppercase();
    let all = names.iter().filter(|name| BEGINNINGS.iter().any(|start| upper(name).starts_with(start)));
    let (mit, others): (Vec<_>, Vec<_>) =
        all.partition(|name| upper(name).starts_with("NOTICE") || upper(name).contains("MIT"));
    if may_be_mit && mit.iter().any(|name| upper(name).contains("MIT")) {
        return mit;
    }
    [mit, others].concat()
}

/// The MIT licence of somebody else, made from this project's own.
fn mit_of(holders: &str, own: &str) -> String {
    let lines = own.lines().map(|line| {
        if line.starts_with("Copyright") { format!("Copyright (c) {holders}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The list, then each text once with the names of those that it belongs to.
fn document(notices: &[Notice]) -> String {
    let mut document = format!("{HEAD}\n| name | version | licence |\n| --- | --- | --- |\n");
    let mut texts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut lines = BTreeSet::new();
    for notice in notices {
        let Notice { name, version, licence, .. } = notice;
        lines.insert(format!("| {name} | {version} | {licence} |\n"));
        for text in &notice.texts {
            texts.entry(tidy(text)).or_default().insert(name);
        }
    }
    document.extend(lines);
    let mut sections: Vec<_> = texts
        .into_iter()
        .map(|(text, names)| (names.into_iter().collect::<Vec<_>>().join(", "), text))
        .collect();
    sections.sort();
    for (names, text) in sections {
        // A string takes whatever is written to it.
        let _ = write!(document, "\n## {names}\n\n```text\n{text}\n```\n");
    }
    document
}

/// Line ends and margins differ where the words do not.
fn tidy(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_linked_is_listed_and_what_only_builds_or_tests_is_not() {
        let package = |name: &str, kind: &str, source: &str| {
            format!(
                r#"{{"id":"{name}","name":"{name}","version":"1.0.0","license":"MIT","authors":[],"manifest_path":"/x/Cargo.toml","source":{source},"targets":[{{"kind":["{kind}"]}}]}}"#
            )
        };
        let needs = |name: &str, kind: &str| format!(r#"{{"pkg":"{name}","dep_kinds":[{{"kind":{kind}}}]}}"#);
        let packages = [
            package("sdk", "lib", "null"),
            package("direct", "lib", r#""registry""#),
            package("indirect", "lib", r#""registry""#),
            package("derive", "proc-macro", r#""registry""#),
            package("parser", "lib", r#""registry""#),
            package("tests", "lib", r#""registry""#),
            package("builds", "lib", r#""registry""#),
        ];
        let root = [
            needs("direct", "null"),
            needs("derive", "null"),
            needs("tests", r#""dev""#),
            needs("builds", r#""build""#),
        ];
        let metadata = format!(
            r#"{{"packages":[{}],"resolve":{{"root":"sdk","nodes":[{{"id":"sdk","deps":[{}]}},{{"id":"direct","deps":[{}]}},{{"id":"derive","deps":[{}]}}]}}}}"#,
            packages.join(","),
            root.join(","),
            needs("indirect", "null"),
            needs("parser", "null"),
        );
        let metadata: Metadata = serde_json::from_str(&metadata).unwrap();
        let found: Vec<_> = linked(&metadata).into_iter().map(|package| package.name.as_str()).collect();
        assert_eq!(found, ["direct", "indirect"]);
    }

    #[test]
    fn mit_is_chosen_where_it_is_enough() {
        assert!(may_be_mit("MIT") && may_be_mit("Apache-2.0 OR MIT") && may_be_mit("MIT/Apache-2.0"));
        assert!(!may_be_mit("Zlib") && !may_be_mit("(MIT OR Apache-2.0) AND Unicode-3.0"));
        let files = names(&["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "NOTICE"]);
        assert_eq!(chosen(&files, true), ["LICENSE-MIT", "NOTICE"]);
        assert_eq!(chosen(&files, false), ["LICENSE-MIT", "NOTICE", "LICENSE-APACHE"]);
    }

    #[test]
    fn a_licence_file_of_any_name_is_taken_where_none_is_called_mit() {
        assert_eq!(chosen(&names(&["LICENSE.md", "README.md"]), true), ["LICENSE.md"]);
    }

    #[test]
    fn a_crate_without_a_text_gets_one_with_its_authors() {
        let text = mit_of("Somebody", "MIT License\n\nCopyright (c) 2026 Us\n\nPermission is granted\n");
        assert_eq!(text, "MIT License\n\nCopyright (c) Somebody\n\nPermission is granted");
    }

    #[test]
    fn a_text_that_several_share_is_there_once() {
        let one = |name: &str, text: &str| Notice {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            texts: vec![text.to_owned()],
        };
        let document = document(&[one("b", "shared\r\n"), one("a", "shared\n"), one("c", "other")]);
        assert!(document.contains("| a | 1.0.0 | MIT |\n| b | 1.0.0 | MIT |\n| c | 1.0.0 | MIT |\n"));
        assert!(document.contains("## a, b\n\n```text\nshared\n```\n"), "{document}");
        assert_eq!(document.matches("shared").count(), 1);
    }
}
