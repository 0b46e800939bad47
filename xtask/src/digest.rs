//! Digests of files, by which a step knows whether its result is still right. Contents decide, never times.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

/// A digest over names and contents.
#[derive(Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Adds a labelled value.
    pub(crate) fn add(&mut self, label: &str, content: &[u8]) {
        // The lengths keep `ab` + `c` apart from `a` + `bc`.
        for part in [label.as_bytes(), content] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds a file, or every file in a folder, in an order that does not depend on the file system.
    /// What is not there counts as such.
    pub(crate) fn add_path(&mut self, root: &Path, relative: &str) -> Result<()> {
        let start = root.join(relative);
        if !start.exists() {
            self.add(relative, b"absent");
            return Ok(());
        }
        for file in files_in(&start)? {
            let content = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            self.add(&file.strip_prefix(root).unwrap_or(&file).to_string_lossy(), &content);
        }
        Ok(())
    }

    /// The digest in hexadecimal.
    pub(crate) fn finish(self) -> String {
        crate::package::hex(&self.0.finalize())
    }
}

/// Copies all files of a folder.
pub(crate) fn copy_folder(source: &Path, target: &Path) -> Result<()> {
    for file in files_in(source)? {
        let copy = target.join(file.strip_prefix(source)?);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        fs::copy(&file, &copy).with_context(|| format!("{} cannot be copied", file.display()))?;
    }
    Ok(())
}

/// All files at or under a path, sorted.
pub(crate) fn files_in(start: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(start) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}

/// A recorded digest: says whether a step's result still belongs to its inputs.
pub(crate) struct Stamp(PathBuf);

impl Stamp {
    /// The stamp kept in this file.
    pub(crate) fn at(file: PathBuf) -> Self {
        Self(file)
    }

    /// Whether this digest was recorded last.
    pub(crate) fn is(&self, digest: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|recorded| recorded == digest)
    }

    /// Records a digest, once the step that it stands for is complete.
    pub(crate) fn record(&self, digest: &str) -> Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        fs::write(&self.0, digest).with_context(|| format!("{} cannot be written", self.0.display()))
    }

    /// Forgets what was recorded, before the step's result is touched.
    pub(crate) fn clear(&self) {
        // A stamp that cannot be removed is overwritten or found wrong later.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(parts: &[(&str, &str)]) -> String {
        let mut digest = Digest::default();
        for (label, content) in parts {
            digest.add(label, content.as_bytes());
        }
        digest.finish()
    }

    #[test]
    fn the_same_content_gives_the_same_digest() {
        assert_eq!(digest_of(&[("a", "1"), ("b", "2")]), digest_of(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn content_that_moved_between_files_gives_another_digest() {
        assert_ne!(digest_of(&[("a", "12"), ("b", "3")]), digest_of(&[("a", "1"), ("b", "23")]));
    }

    #[test]
    fn a_stamp_knows_only_what_was_recorded_last() {
        let scratch = crate::workspace::Scratch::new("stamp");
        let stamp = Stamp::at(scratch.workspace().output("stamps/some"));
        assert!(!stamp.is("first"));
        stamp.record("first").unwrap();
        assert!(stamp.is("first") && !stamp.is("second"));
        stamp.record("second").unwrap();
        assert!(stamp.is("second") && !stamp.is("first"));
        stamp.clear();
        assert!(!stamp.is("second"));
    }

    #[test]
    fn a_missing_path_differs_from_an_empty_folder() {
        let mut digest = Digest::default();
        digest.add_path(Path::new("/nowhere"), "at-all").unwrap();
        assert_ne!(digest.finish(), Digest::default().finish());
    }
}
