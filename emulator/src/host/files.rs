//! The files the emulator reads and writes: the seed it begins with, and the state it leaves when it ends.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::cli::Failure;
use crate::seed::{self, Seed};

/// The seed in a file, or the built-in one.
pub(super) fn read_seed(path: Option<&Path>) -> Result<Seed, Failure> {
    let Some(path) = path else {
        return Seed::parse(seed::DEFAULT)
            .map_err(|error| Failure(format!("the built-in seed is wrong: {error}")));
    };
    let text = fs::read_to_string(path)
        .map_err(|error| Failure(format!("cannot read {}: {error}", path.display())))?;
    Seed::parse(&text).map_err(|error| Failure(format!("{}, {error}", path.display())))
}

/// Writes the document beside its place first, so that a failure leaves the old one, readable by its owner alone.
pub(super) fn export(path: &Path, seed: &Seed) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure(format!("cannot write {}: {error}", path.display()));
    let mut text = serde_json::to_string_pretty(seed).map_err(|error| fail(error.into()))?;
    text.push('\n');
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    // Never write into what is there already: it may be a link to elsewhere, or a file that others may read.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fail(error)),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    drop(file);
    fs::rename(&draft, path).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_not_written_into_what_lies_at_its_drafts_place() {
        let folder = std::env::temp_dir().join(format!("loginrocket-export-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, elsewhere) = (folder.join("state.json"), folder.join("elsewhere"));
        fs::write(&elsewhere, "untouched").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&elsewhere, folder.join("state.json.part")).unwrap();
        export(&file, &Seed::default()).unwrap();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
        assert!(fs::symlink_metadata(&file).unwrap().is_file());
        fs::remove_dir_all(folder).unwrap();
    }
}
