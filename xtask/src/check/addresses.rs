//! No file names the host of a package registry: where packages come from is the machine's own setting, and a project
//! that names a host cannot be built behind a mirror.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// In pieces, because this file is checked too.
const HOSTS: [&str; 8] = [
    concat!("crates", ".io"),
    concat!("registry.npmjs", ".org"),
    concat!("registry.yarnpkg", ".com"),
    concat!("pypi", ".org"),
    concat!("files.pythonhosted", ".org"),
    concat!("deb.debian", ".org"),
    concat!("unpkg", ".com"),
    concat!("cdn.jsdelivr", ".net"),
];

/// Written by tools, which put the sources of packages into them.
const LOCK_FILES: [&str; 2] = ["Cargo.lock", "package-lock.json"];

/// Looks through every file that is, or is about to be, in git.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let list = process::output(workspace.command("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut found = Vec::new();
    let mut count = 0;
    for name in list.split('\0').filter(|name| !name.is_empty() && !is_lock_file(name)) {
        let path = workspace.path(name);
        if !path.is_file() {
            continue;
        }
        count += 1;
        let content = fs::read(&path).with_context(|| format!("{name} cannot be read"))?;
        found.extend(
            HOSTS.iter().filter(|host| holds(&content, host)).map(|host| format!("{name} names {host}")),
        );
    }
    if !found.is_empty() {
        bail!("{}", found.join("; "));
    }
    Ok(format!("{count} files"))
}

fn is_lock_file(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|name| LOCK_FILES.iter().any(|lock| name == *lock))
}

fn holds(content: &[u8], host: &str) -> bool {
    content.windows(host.len()).any(|window| window.eq_ignore_ascii_case(host.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_anywhere_and_in_any_case() {
        assert!(
            HOSTS.iter().all(|host| holds(format!("https://{}/x", host.to_uppercase()).as_bytes(), host))
        );
        assert!(!holds(b"crates and io", HOSTS.first().unwrap()));
    }

    #[test]
    fn lock_files_are_exempt_in_any_folder() {
        assert!(is_lock_file("Cargo.lock") && is_lock_file("xtask/tools/package-lock.json"));
        assert!(!is_lock_file("Cargo.toml"));
    }
}
