//! The published types are strict: TypeScript accepts them at its strictest, and nothing in them switches it off.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::package;
use crate::process;
use crate::progress::Plan;
use crate::workspace::Workspace;

const FILES: [&str; 2] = ["pkg/dist/index.d.ts", "pkg/dist/external.d.ts"];

/// Types that accept everything, so that the compiler says nothing any more.
const LOOSE: [&str; 4] = ["any", "Function", "object", "Object"];

/// Compiles the types by themselves and looks for loose ones.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let mut plan = Plan::default();
    package::plan_build(workspace, &mut plan)?;
    plan.run()?;

    for file in FILES {
        let source =
            fs::read_to_string(workspace.path(file)).with_context(|| format!("{file} cannot be read"))?;
        if let Some(word) = loose_type(&source) {
            bail!("{file} uses `{word}`");
        }
    }
    let mut command = workspace.command(workspace.npm_binary("tsc"));
    command.args([
        "--noEmit",
        "--strict",
        "--exactOptionalPropertyTypes",
        "--noUncheckedIndexedAccess",
        "--lib",
        "es2022,dom",
    ]);
    process::run(command.args(FILES))?;
    // The script host, by the settings that stand beside it.
    let mut command = workspace.command(workspace.npm_binary("tsc"));
    process::run(command.args(["--project", "pkg/src"]))?;
    // The emulator's, likewise.
    let mut command = workspace.command(workspace.npm_binary("tsc"));
    process::run(command.args(["--project", "emulator/npm/src"]))?;
    Ok(String::new())
}

fn loose_type(source: &str) -> Option<&'static str> {
    let code = without_comments(source);
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    LOOSE.into_iter().find(|loose| {
        code.match_indices(loose).any(|(at, _)| {
            let before = code.get(..at).unwrap_or_default();
            let after = code.get(at + loose.len()..).unwrap_or_default();
            // The service has members of such names: `object: 'user'`.
            let is_member = after.starts_with(':') || after.starts_with("?:");
            !before.ends_with(is_part) && !after.starts_with(is_part) && !is_member
        })
    })
}

/// Types hold no string with a comment sign in it, so this needs no parser.
fn without_comments(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    code.lines()
        .map(|line| line.split_once("//").map_or(line, |(before, _)| before))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loose_type_is_found() {
        assert_eq!(loose_type("export type A = Record<string, any>;"), Some("any"));
        assert_eq!(loose_type("call(back: Function): void;"), Some("Function"));
    }

    #[test]
    fn a_member_may_be_named_like_one() {
        assert_eq!(loose_type("readonly object: 'user';\nany?: string;"), None);
        assert_eq!(loose_type("readonly object: object;"), Some("object"));
    }

    #[test]
    fn words_in_comments_and_in_longer_names_are_fine() {
        assert_eq!(loose_type("/** Takes any object.\n * Or any Function. */ // any\nmany: Company;"), None);
    }
}
