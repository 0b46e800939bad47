//! Old names do not come back. Each has a standard term in its place.

use anyhow::{Result, bail};

use crate::digest::files_in;
use crate::workspace::Workspace;

/// A word of a name, and what to say instead.
const WORDS: [(&str, &str); 17] = [
    ("crowd", "coalesced waiters"),
    ("doubt", "revalidate"),
    ("era", "generation"),
    ("errand", "authorized fetch"),
    ("farewell", "pending logout, or revoke"),
    ("heard", "on message, or callback"),
    ("leisure", "slack"),
    ("manner", "behaviour"),
    ("mood", "service mode"),
    ("patience", "timeout"),
    ("pursue", "advance"),
    ("quietly", "attempt"),
    ("shelf", "fake store"),
    ("slim", "external"),
    ("surroundings", "environment"),
    ("unjudged", "unverified"),
    ("weather", "faults"),
];

/// Where names are looked at: the SDK, its hosts, their tests and the benchmarks.
const FOLDERS: [&str; 4] = ["src", "pkg/src", "tests", "bench"];

/// Reads every name in the code, but for what is a comment or a text.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let mut found = Vec::new();
    let mut files = 0;
    for folder in FOLDERS {
        for file in files_in(&workspace.path(folder))? {
            let name = file.to_string_lossy().into_owned();
            let is_code = [".rs", ".ts", ".mjs"].iter().any(|ending| name.ends_with(ending));
            if !is_code || name.contains("node_modules") {
                continue;
            }
            files += 1;
            // In Rust an apostrophe begins a lifetime as well.
            let is_rust = file.extension().is_some_and(|extension| extension == "rs");
            let quotes = if is_rust { "\"" } else { "\"'`" };
            let source = std::fs::read_to_string(&file)?;
            for (number, line) in source.lines().enumerate() {
                found.extend(
                    old_words(line, quotes)
                        .into_iter()
                        .map(|(old, new)| format!("{name}:{}: `{old}` is called {new} here", number + 1)),
                );
            }
        }
    }
    if !found.is_empty() {
        bail!("{}", found.join("; "));
    }
    Ok(format!("{files} files"))
}

/// The old words among the names of a line.
fn old_words(line: &str, quotes: &str) -> Vec<(&'static str, &'static str)> {
    let code = code_of(line, quotes);
    let names = code.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<_> = names.flat_map(words_of).collect();
    WORDS.into_iter().filter(|(old, _)| words.iter().any(|word| word == old)).collect()
}

/// A line without its comment and without what stands in quotes.
fn code_of(line: &str, quotes: &str) -> String {
    let mut code = String::new();
    let mut quote = None;
    let mut before = ' ';
    for letter in line.chars() {
        match quote {
            Some(open) if letter == open && before != '\\' => quote = None,
            Some(_) => {}
            None if quotes.contains(letter) => quote = Some(letter),
            None if letter == '/' && before == '/' => return code,
            None => code.push(letter),
        }
        before = letter;
    }
    code
}

/// The words of a name, however it joins them.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old(line: &str) -> Vec<&'static str> {
        let quotes = if line.starts_with("fn ") { "\"" } else { "\"'`" };
        old_words(line, quotes).into_iter().map(|(old, _)| old).collect()
    }

    #[test]
    fn old_words_are_found_in_names_however_they_are_joined() {
        assert_eq!(old("fn send_errand(the: PaceOfLeisure)"), ["errand", "leisure"]);
        assert_eq!(old("const isMood = weather.now"), ["mood", "weather"]);
        assert_eq!(old("fn of<'a>(crowd: &'a str)"), ["crowd"]);
    }

    #[test]
    fn what_is_prose_or_only_holds_such_a_word_is_none() {
        for line in [
            "// a matter of leisure",
            "say('Bearer', \"an errand\")",
            "let operand = erase(camera)",
            "`the weather`",
        ] {
            assert_eq!(old(line), Vec::<&str>::new(), "{line}");
        }
    }
}
