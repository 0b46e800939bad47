//! What a page or a comment refers to is there: files, their sections, and the facts of the service that code cites.
//!
//! A citation is `protocol.md`, `#` and a section, and more sections of the page after a comma. Pages have ordinary links.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Where a citation leads.
const PROTOCOL: &str = "docs/internals/protocol.md";

/// How a citation begins. In pieces, because this file is checked too.
const CITATION: &str = concat!("protocol", ".md#");

/// How a reference to a section of what is not in the repository began.
const OLD_CITATIONS: [&str; 2] = [concat!("ontract", " §"), concat!("esign", " §")];

/// Files whose text is not written here.
const FOREIGN: [&str; 5] = [".lock", "package-lock.json", ".png", ".svg", "LICENSE-APACHE"];

/// READMEs that are published without the pages they lead to.
const PUBLISHED: [&str; 2] = ["pkg/README.md", "emulator/npm/README.md"];

/// Reads every text file that is, or is about to be, in git.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let list = process::output(workspace.command("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut files = BTreeMap::new();
    for name in list.split('\0').filter(|name| !name.is_empty()) {
        let path = workspace.path(name);
        if path.is_file() {
            let is_text = !FOREIGN.iter().any(|ending| name.ends_with(ending));
            let content = if is_text {
                fs::read(&path).with_context(|| format!("{name} cannot be read"))?
            } else {
                Vec::new()
            };
            files.insert(name.to_owned(), String::from_utf8(content).unwrap_or_default());
        }
    }
    let (wrong, count) = wrong_references(&files);
    if !wrong.is_empty() {
        bail!("{}", wrong.join("; "));
    }
    Ok(format!("{count} references"))
}

/// What leads nowhere, each told with its file, and how many references there are.
fn wrong_references(files: &BTreeMap<String, String>) -> (Vec<String>, usize) {
    let sections: BTreeMap<&str, BTreeSet<String>> = files
        .iter()
        .filter(|(name, _)| is_page(name))
        .map(|(name, text)| (name.as_str(), sections_of(text)))
        .collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, text) in files {
        for old in OLD_CITATIONS.iter().filter(|old| text.contains(**old)) {
            wrong.push(format!("{name} cites `{old}`, which is not here"));
        }
        for section in citations(text) {
            count += 1;
            if !sections.get(PROTOCOL).is_some_and(|known| known.contains(&section)) {
                wrong.push(format!("{name} cites `{section}`, and {PROTOCOL} has no such section"));
            }
        }
        for page in pages_named(text) {
            count += 1;
            if !files.contains_key(&page) {
                wrong.push(format!("{name} names {page}, which is not there"));
            }
        }
        if PUBLISHED.contains(&name.as_str()) {
            for name_of_page in pages_of_readme(text) {
                count += 1;
                if let Some(problem) = problem_of("docs/index.md", &name_of_page, files, &sections) {
                    wrong.push(format!("{name} links to `{name_of_page}`: {problem}"));
                }
            }
            let is_relative = |link: &String| !link.contains("://") && !link.starts_with('#');
            for link in links_of(text).into_iter().filter(is_relative) {
                wrong.push(format!("{name} is published without `{link}`: link by name, `[text][page]`"));
            }
        } else if is_page(name) {
            for link in links_of(text) {
                count += 1;
                if let Some(problem) = problem_of(name, &link, files, &sections) {
                    wrong.push(format!("{name} links to `{link}`: {problem}"));
                }
            }
        }
    }
    (wrong, count)
}

fn is_page(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "md")
}

/// Why a link of a page leads nowhere; none if it leads somewhere, or out of the repository.
fn problem_of(
    page: &str,
    link: &str,
    files: &BTreeMap<String, String>,
    sections: &BTreeMap<&str, BTreeSet<String>>,
) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, section) = link.split_once('#').map_or((link, None), |(path, section)| (path, Some(section)));
    let target = if path.is_empty() { page.to_owned() } else { resolve(page, path)? };
    let folder = format!("{}/", target.trim_end_matches('/'));
    if !files.contains_key(&target) && !files.keys().any(|name| name.starts_with(&folder)) {
        return Some("there is no such file");
    }
    let section = section?;
    match sections.get(target.as_str()) {
        Some(known) if !known.contains(section) => Some("the page has no such section"),
        _ => None,
    }
}

/// A path as the repository names it, given from a page.
fn resolve(page: &str, path: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let whole: PathBuf = Path::new(page).parent()?.join(path);
    for part in whole.components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    Some(parts.join("/"))
}

/// The sections that a text cites.
fn citations(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(CITATION) {
        let mut rest = text.get(at + CITATION.len()..).unwrap_or_default();
        loop {
            let end = rest.find(|letter| !is_section(letter)).unwrap_or(rest.len());
            let (section, after) = rest.split_at(end);
            found.push(section.trim_end_matches('-').to_owned());
            // Another section of the page, which may stand in the next line of a comment.
            let more = after.strip_prefix(", ").or_else(|| after.strip_prefix(" and ")).or_else(|| {
                after.strip_prefix(",\n").map(|line| line.trim_start_matches([' ', '/', '!', '*']))
            });
            match more.and_then(|more| more.strip_prefix('#')).filter(|more| more.starts_with(is_section)) {
                Some(more) => rest = more,
                None => break,
            }
        }
    }
    found
}

fn is_section(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
}

/// The pages below `docs` that a text names by their path.
fn pages_named(text: &str) -> Vec<String> {
    let is_path = |letter: char| letter.is_ascii_alphanumeric() || "-_/.".contains(letter);
    text.match_indices("docs/")
        .filter(|(at, _)| !text.get(..*at).unwrap_or_default().ends_with(is_path))
        .filter_map(|(at, _)| {
            let rest = text.get(at..).unwrap_or_default();
            let path = rest.split(|letter| !is_path(letter)).next().unwrap_or_default();
            Some(path.trim_end_matches('.').to_owned()).filter(|path| is_page(path))
        })
        .collect()
}

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// Where the links of a page lead.
fn links_of(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        for (at, _) in line.match_indices("](") {
            let rest = line.get(at + 2..).unwrap_or_default();
            links.extend(rest.split_once(')').map(|(link, _)| link.to_owned()));
        }
    }
    links
}

/// The names by which a page's sections can be linked to: those of headings, as GitHub makes them, and ids.
fn sections_of(text: &str) -> BTreeSet<String> {
    let mut sections = BTreeSet::new();
    for line in prose(text) {
        if let Some(heading) = line.strip_prefix('#') {
            let heading = heading.trim_start_matches('#').trim();
            sections.insert(slug(heading));
        }
        for part in line.split("<a id=\"").skip(1) {
            sections.extend(part.split_once('"').map(|(id, _)| id.to_owned()));
        }
    }
    sections
}

/// The pages that a README links to by name, `[text][guide/page#section]`, as links from the first page.
fn pages_of_readme(text: &str) -> Vec<String> {
    let names = prose(text).flat_map(|line| line.split("][").skip(1)).filter_map(|rest| rest.split_once(']'));
    names
        .map(|(name, _)| {
            let (path, section) = name.split_once('#').map_or((name, ""), |(path, section)| (path, section));
            let path = if is_page(path) { format!("../{path}") } else { format!("{path}.md") };
            if section.is_empty() { path } else { format!("{path}#{section}") }
        })
        .collect()
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter));
    kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(files: &[(&str, &str)]) -> Vec<String> {
        let protocol = (PROTOCOL, "# The protocol\n\n## Get session\n\n| <a id=\"u1\"></a>U1 |\n");
        let files = files.iter().chain([&protocol]);
        wrong_references(&files.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()).0
    }

    #[test]
    fn a_citation_of_a_section_that_is_not_there_is_wrong() {
        let cited = |sections: &str| wrong(&[("a.rs", &format!("// ({CITATION}{sections})"))]).len();
        assert_eq!(cited("get-session"), 0);
        assert_eq!(cited("get-session, #u1"), 0);
        assert_eq!(cited("get-session,\n/// #u1"), 0);
        assert_eq!(cited("log-in"), 1);
        assert_eq!(cited("get-session and #u2"), 1);
        assert_eq!(cited("get-session,\n    /// #u2"), 1);
    }

    #[test]
    fn a_citation_of_what_is_not_in_the_repository_is_wrong() {
        for old in OLD_CITATIONS {
            assert_eq!(wrong(&[("a.ts", &format!("// c{old}2.1"))]).len(), 1, "{old}");
        }
    }

    #[test]
    fn a_link_leads_to_a_file_and_to_one_of_its_sections() {
        let link = |link: &str| {
            wrong(&[("pages/guide/a.md", &format!("# A b\n[x]({link})")), ("pages/b.md", "## It's `c`\n")])
        };
        for good in [
            "#a-b",
            "../b.md",
            "../b.md#its-c",
            "../guide",
            "https://a.example/#x",
            "../../docs/internals/protocol.md#u1",
        ] {
            assert_eq!(link(good), Vec::<String>::new(), "{good}");
        }
        for bad in ["b.md", "#c", "../b.md#d", "../../pages/c.md"] {
            assert_eq!(link(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_published_readme_links_to_pages_by_name() {
        let readme = |text: &str| {
            wrong(&[
                (PUBLISHED.first().unwrap(), text),
                (concat!("docs", "/guide/a.md"), "## B c\n"),
                ("CHANGES.md", ""),
            ])
        };
        for good in ["[x][guide/a]", "[x][guide/a#b-c] and [y][CHANGES.md]", "[x](https://a.example/)"] {
            assert_eq!(readme(good), Vec::<String>::new(), "{good}");
        }
        for bad in ["[x][guide/b]", "[x][guide/a#d]", "[x](../docs/guide/a.md)"] {
            assert_eq!(readme(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn what_stands_in_code_is_no_link() {
        assert_eq!(wrong(&[("a.md", "```js\nlist[0](nowhere)\n# none\n```\n")]), Vec::<String>::new());
    }

    #[test]
    fn a_page_that_code_names_is_there() {
        let page = |name: &str| format!("// see {}/{name}.", "docs");
        assert_eq!(wrong(&[("a.rs", &page("internals/protocol.md"))]), Vec::<String>::new());
        assert_eq!(wrong(&[("a.rs", &page("gone.md"))]).len(), 1);
    }
}
