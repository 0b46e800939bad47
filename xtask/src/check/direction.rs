//! The emulator's modules use each other in one direction: a module uses those before it in the list, and none after
//! it. So a reader can begin at one end.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::digest::files_in;
use crate::workspace::Workspace;

const SOURCE: &str = "emulator/src";

/// The modules, lowest first. Two of one step may use each other: languages are chosen by settings, and settings say which there
/// are.
const STEPS: [&[&str]; 26] = [
    &["id"],
    &["time"],
    &["locale", "settings"],
    &["keys"],
    &["wire"],
    &["rate"],
    &["cors"],
    &["record"],
    &["script"],
    &["pages"],
    &["state"],
    &["listing"],
    &["totp"],
    &["password"],
    &["jwt"],
    &["mail"],
    &["call"],
    &["signin"],
    &["accounts"],
    &["fields"],
    &["seed"],
    &["world"],
    &["routes"],
    &["api", "hosted", "control", "core_api"],
    &["dispatch"],
    &["host"],
];

/// The crate's own root, which names everything, and the command, which only starts a host.
const ROOTS: [&str; 2] = ["lib", "main"];

/// Looks at every `crate::` of every module.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let source = workspace.path(SOURCE);
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files_in(&source)? {
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let module = module_of(file.strip_prefix(&source).unwrap_or(&file));
        if ROOTS.contains(&module.as_str()) {
            continue;
        }
        count += 1;
        wrong.extend(against(&module, &text)?);
    }
    wrong.sort();
    wrong.dedup();
    if !wrong.is_empty() {
        bail!("{} (the order is in xtask/src/check/direction.rs)", wrong.join("; "));
    }
    Ok(format!("{count} files"))
}

/// The top module that a file belongs to.
fn module_of(file: &Path) -> String {
    let first = file.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    first.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// What a module uses that stands after it.
fn against(module: &str, text: &str) -> Result<Vec<String>> {
    let step = |name: &str| STEPS.iter().position(|step| step.contains(&name));
    let own = step(module).with_context(|| {
        format!("the module `{module}` of {SOURCE} has no place in the order of xtask/src/check/direction.rs")
    })?;
    let mut wrong = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = text.get(at + "crate::".len()..).unwrap_or_default();
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let used = rest.get(..end).unwrap_or_default();
        // A name of the root's own is a type that it gives out again.
        if step(used).is_some_and(|used| used > own) {
            wrong.push(format!("`{module}` uses `{used}`, which stands after it"));
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_may_use_what_stands_before_it_or_beside_it() {
        assert!(against("mail", "use crate::state::Realm;\nuse crate::id;").unwrap().is_empty());
        assert!(against("locale", "use crate::settings::Settings;").unwrap().is_empty());
        assert!(against("host", "use crate::SigningKey;").unwrap().is_empty());
    }

    #[test]
    fn what_stands_after_a_module_is_told_with_both_names() {
        let wrong = against("state", "use crate::{id};\nfn x(_: crate::seed::Seed) {}").unwrap();
        assert_eq!(wrong, ["`state` uses `seed`, which stands after it"]);
    }

    #[test]
    fn a_module_without_a_place_in_the_order_is_refused() {
        assert!(against("surprise", "").is_err());
    }

    #[test]
    fn a_file_below_a_module_belongs_to_it() {
        assert_eq!(module_of(Path::new("seed/build.rs")), "seed");
        assert_eq!(module_of(Path::new("seed.rs")), "seed");
    }
}
