//! No dependency has a known vulnerability, as far as can be known where this runs.
//!
//! Both sources are databases of somebody else's that a machine may not reach, and one needs a tool that nothing else
//! does. Whatever could not be asked is named and fails nothing: a check that fails without a finding teaches people to
//! ignore it. For the same reason only crates can fail it: users get them, while what npm brings builds and tests on a
//! developer's machine, and one of it is an old version on purpose.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::NOT_CHECKED;
use crate::process;
use crate::setup::{NPM_DOCS, NPM_FRAMEWORKS, NPM_TOOLS};
use crate::workspace::{Workspace, find_on_path};

/// What a database said.
#[derive(Debug, PartialEq)]
enum Answer {
    /// Advisories, each in a few words.
    Known(Vec<String>),
    /// Why there is no answer.
    NotChecked(String),
}

/// Asks for the packages of every lock file.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let mut notes = Vec::new();
    let mut found = Vec::new();
    for lock in ["Cargo.lock", "tests/rust-app/Cargo.lock"] {
        match crates(workspace, lock)? {
            Answer::Known(advisories) => found.extend(advisories),
            Answer::NotChecked(reason) => notes.push(format!("{NOT_CHECKED}: crates ({reason})")),
        }
    }
    for folder in [NPM_TOOLS, NPM_FRAMEWORKS, NPM_DOCS] {
        match npm(workspace, folder)? {
            Answer::Known(advisories) if advisories.is_empty() => {}
            Answer::Known(advisories) => notes.push(format!("{folder}: {}", advisories.join(", "))),
            Answer::NotChecked(reason) => notes.push(format!("{NOT_CHECKED}: npm packages ({reason})")),
        }
    }
    notes.dedup();
    if !found.is_empty() {
        bail!("{}", found.join("; "));
    }
    Ok(notes.join("; "))
}

fn crates(workspace: &Workspace, lock: &str) -> Result<Answer> {
    if find_on_path("cargo-audit").is_none() {
        return Ok(Answer::NotChecked("cargo-audit is not installed".to_owned()));
    }
    let mut command = workspace.cargo();
    let said = words(command.args(["audit", "--json", "--file"]).arg(workspace.path(lock)))?;
    Ok(crate_advisories(&said))
}

fn npm(workspace: &Workspace, folder: &str) -> Result<Answer> {
    let mut command = workspace.command("npm");
    // Without a network npm would try again for minutes.
    command.current_dir(workspace.path(folder)).args(["audit", "--json", "--fetch-retries=0"]);
    Ok(npm_advisories(&words(&mut command)?))
}

/// What a command prints. Its status says that something was found as well as that nothing could be asked, so that only
/// the words tell the two apart.
fn words(command: &mut Command) -> Result<String> {
    process::output_whatever(command.stderr(Stdio::null()))
}

#[derive(Deserialize)]
struct CargoReport {
    vulnerabilities: CargoVulnerabilities,
}

#[derive(Deserialize)]
struct CargoVulnerabilities {
    list: Vec<CargoVulnerability>,
}

#[derive(Deserialize)]
struct CargoVulnerability {
    advisory: Advisory,
    package: Package,
}

#[derive(Deserialize)]
struct Advisory {
    id: String,
    title: String,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

fn crate_advisories(json: &str) -> Answer {
    let Ok(report) = serde_json::from_str::<CargoReport>(json) else {
        return Answer::NotChecked("cargo-audit has no database".to_owned());
    };
    let line = |one: &CargoVulnerability| {
        format!("{} {}: {} ({})", one.package.name, one.package.version, one.advisory.title, one.advisory.id)
    };
    Answer::Known(report.vulnerabilities.list.iter().map(line).collect())
}

fn npm_advisories(json: &str) -> Answer {
    let report: Value = serde_json::from_str(json).unwrap_or_default();
    let Some(packages) = report.get("vulnerabilities").and_then(Value::as_object) else {
        return Answer::NotChecked("the registry in use has no advisories".to_owned());
    };
    let line = |(name, one): (&String, &Value)| {
        format!("{name} ({})", one.get("severity").and_then(Value::as_str).unwrap_or("unknown"))
    };
    Answer::Known(packages.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vulnerable_crate_is_named_with_its_advisory() {
        let report = r#"{"vulnerabilities":{"found":true,"count":1,"list":[{"advisory":{"id":"RUSTSEC-2026-0000","title":"Reads too far"},"package":{"name":"sample","version":"1.0.0"}}]}}"#;
        let expected = vec!["sample 1.0.0: Reads too far (RUSTSEC-2026-0000)".to_owned()];
        assert_eq!(crate_advisories(report), Answer::Known(expected));
    }

    #[test]
    fn a_clean_report_is_an_answer() {
        let report = r#"{"vulnerabilities":{"found":false,"count":0,"list":[]},"warnings":{}}"#;
        assert_eq!(crate_advisories(report), Answer::Known(Vec::new()));
        assert_eq!(
            npm_advisories(r#"{"auditReportVersion":2,"vulnerabilities":{}}"#),
            Answer::Known(Vec::new())
        );
    }

    #[test]
    fn a_vulnerable_tool_is_named_with_its_severity() {
        let report = r#"{"auditReportVersion":2,"vulnerabilities":{"sample":{"severity":"high"}}}"#;
        assert_eq!(npm_advisories(report), Answer::Known(vec!["sample (high)".to_owned()]));
    }

    #[test]
    fn no_answer_is_never_taken_for_a_good_one() {
        for said in [
            "",
            "error: couldn't fetch advisory database",
            r#"{"message":"405 Method Not Allowed","error":{}}"#,
        ] {
            assert!(matches!(crate_advisories(said), Answer::NotChecked(_)), "{said}");
            assert!(matches!(npm_advisories(said), Answer::NotChecked(_)), "{said}");
        }
    }
}
