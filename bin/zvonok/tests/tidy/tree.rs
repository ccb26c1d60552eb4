//! The files of the workspace, as they lie on the disk.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file and its path from the root, with `/` between the parts.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// The crate that holds the file: `store` for `crates/store/…`, `zvonok` for `bin/zvonok/…`.
    pub(crate) fn owner(&self) -> &str {
        let mut parts = self.path.split('/');
        match (parts.next(), parts.next()) {
            (Some("crates" | "bin"), Some(owner)) => owner,
            _ => "",
        }
    }

    /// Whether it is a test target or belongs to one.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs" || part == "e2e")
    }

    /// The name without folder and extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default()
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads one file by its path from the root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// Whether something lies at this path from the root.
pub(crate) fn exists(path: &str) -> bool {
    root().join(path).exists()
}

/// All text files with one of these extensions, in the order of their paths. A rule that looks at nothing holds
/// nothing, so there must be some.
pub(crate) fn files(extensions: &[&str]) -> Vec<File> {
    let found = find(extensions);
    assert!(!found.is_empty(), "no file ends in {extensions:?}");
    found
}

/// As [`files`], where there may be none.
pub(crate) fn find(extensions: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    walk(&root(), "", extensions, &mut found);
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// The Rust files.
pub(crate) fn rust() -> Vec<File> {
    files(&["rs"])
}

fn walk(folder: &Path, path: &str, extensions: &[&str], found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap_or_default();
        let here = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            let foreign =
                name.starts_with('.') || ["target", "node_modules", "zvonok-demo"].contains(&&*name);
            if !foreign {
                walk(&entry.path(), &here, extensions, found);
            }
        } else if extensions.iter().any(|extension| name.ends_with(&format!(".{extension}"))) {
            // What is not UTF-8 is a fixture of bad input, not a text of ours.
            if let Ok(text) = fs::read_to_string(entry.path()) {
                found.push(File { path: here, text });
            }
        }
    }
}
