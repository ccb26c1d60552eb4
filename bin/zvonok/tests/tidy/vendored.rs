//! Files that others wrote: each is listed with version, digest and licence, and is the file that was listed.

use std::fs;

use crate::migrations::digest;
use crate::none;
use crate::tree::{exists, read, root};

const FOLDER: &str = "crates/web/assets";

/// A line of the list: file, source, version, digest, licence, the file with its text.
fn parse(line: &str) -> Result<[&str; 6], String> {
    let parts: Vec<&str> = line.split_whitespace().collect();
    <[&str; 6]>::try_from(parts).map_err(|parts| format!("{line}: {} parts, not six", parts.len()))
}

fn judge(list: &str, bytes: impl Fn(&str) -> Option<Vec<u8>>, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match parse(line) {
            Err(complaint) => found.push(complaint),
            Ok([file, _, _, listed, _, licence]) => {
                match bytes(file) {
                    None => found.push(format!("{file}: listed, but not there")),
                    Some(bytes) if digest(&bytes) != listed => {
                        found.push(format!("{file}: not the file that is listed"))
                    }
                    Some(_) => {}
                }
                if !exists(licence) {
                    found.push(format!("{file}: its licence {licence} is not there"));
                }
            }
        }
    }
    found
}

#[test]
fn vendored_files_are_the_listed_ones() {
    let bytes = |file: &str| fs::read(root().join(FOLDER).join(file)).ok();
    none(&judge(&read(&format!("{FOLDER}/vendor.txt")), bytes, |file| exists(&format!("{FOLDER}/{file}"))));
}

#[test]
fn a_changed_vendored_file_is_caught() {
    let line = format!("a.svg source 1.0 {} ISC LICENSE-a", digest(b"text"));
    assert!(judge(&line, |_| Some(b"text".to_vec()), |_| true).is_empty());
    assert_eq!(judge(&line, |_| Some(b"Text".to_vec()), |_| true).len(), 1);
    assert_eq!(judge(&line, |_| None, |_| false).len(), 2);
    assert_eq!(judge("a.svg 1.0", |_| None, |_| true).len(), 1);
}
