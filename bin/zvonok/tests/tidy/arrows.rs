//! Who may import whom, and who may see which library (docs/ARCHITECTURE.md, "Arrows").

use crate::none;
use crate::tree::{File, files};

const DOMAINS: [&str; 6] = ["school", "identity", "linking", "diary", "messenger", "calls"];

/// The whole list: a crate and the crates of the workspace that it may name in `[dependencies]`.
const MAY: [(&str, &[&str]); 12] = [
    ("store", &[]),
    ("school", &["store"]),
    ("identity", &["store"]),
    ("linking", &["store", "school", "identity"]),
    ("diary", &["store", "school"]),
    ("messenger", &["store", "school"]),
    ("media", &[]),
    ("calls", &["store", "school", "messenger"]),
    ("web", &["store", "school", "identity", "linking", "diary", "messenger", "calls", "media"]),
    ("zvonok", &["store", "school", "identity", "linking", "diary", "messenger", "web"]),
    ("testkit", &["store", "school", "identity", "linking"]),
    ("bench", &["store", "school", "identity", "linking", "diary", "messenger", "media", "web"]),
];

/// Libraries that only some crates may name, and those crates.
const KEPT: [(&str, &[&str]); 25] = [
    ("rusqlite", &["store", "school", "identity", "linking", "diary", "messenger", "calls", "bench"]),
    ("refinery", &["store"]),
    ("refinery-core", &["store"]),
    ("aws-lc-rs", &["store", "identity", "testkit"]),
    ("icu_collator", &["store"]),
    ("frostem", &["messenger"]),
    ("hyper", &["web", "bench"]),
    ("hyper-util", &["web", "bench"]),
    ("http", &["web", "bench"]),
    ("http-body", &["web", "bench"]),
    ("http-body-util", &["web", "bench"]),
    ("rustls", &["web"]),
    ("tokio-rustls", &["web"]),
    ("webpki-roots", &["web"]),
    ("rcgen", &["web"]),
    ("tokio-tungstenite", &["web", "bench"]),
    ("askama", &["web", "bench"]),
    ("fluent-bundle", &["web"]),
    ("clap", &["zvonok"]),
    ("tracing-subscriber", &["zvonok"]),
    ("anyhow", &["zvonok", "bench"]),
    ("str0m", &["media", "bench"]),
    ("rustix", &["media", "bench"]),
    ("nix", &["media"]),
    ("tokio", &["store", "web", "zvonok", "bench"]),
];

/// The names under one table of a manifest.
pub(crate) fn names_under<'a>(manifest: &'a str, table: &str) -> Vec<&'a str> {
    let header = format!("[{table}]");
    let body = manifest.lines().skip_while(|line| line.trim() != header).skip(1);
    body.take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect()
}

/// What is wrong with the imports of one manifest.
fn judge(owner: &str, manifest: &str) -> Vec<String> {
    let Some((_, may)) = MAY.iter().find(|(name, _)| *name == owner) else {
        return vec![format!("{owner}: no row in the table of arrows")];
    };
    let ours = |name: &&str| MAY.iter().any(|(known, _)| known == name);
    let mut found = Vec::new();
    let named = names_under(manifest, "dependencies");
    for name in named.iter().filter(|name| ours(name) && !may.contains(name)) {
        found.push(format!("{owner} may not import {name}"));
    }
    let tested = names_under(manifest, "dev-dependencies");
    for name in tested.iter().filter(|name| ours(name) && **name != "testkit" && !may.contains(name)) {
        found.push(format!("the tests of {owner} may not import {name}"));
    }
    for name in named.iter().chain(&tested).chain(&names_under(manifest, "build-dependencies")) {
        if let Some((_, keepers)) = KEPT.iter().find(|(library, _)| library == name)
            && !keepers.contains(&owner)
        {
            found.push(format!("{owner} may not see {name}; only {keepers:?} may"));
        }
    }
    found
}

fn manifests() -> Vec<File> {
    files(&["toml"]).into_iter().filter(|file| file.path.ends_with("/Cargo.toml")).collect()
}

#[test]
fn every_import_follows_an_arrow() {
    let found: Vec<String> =
        manifests().iter().flat_map(|manifest| judge(manifest.owner(), &manifest.text)).collect();
    none(&found);
}

#[test]
fn the_table_of_arrows_is_the_one_that_people_read() {
    let page = crate::tree::read("docs/ARCHITECTURE.md");
    let mut found = Vec::new();
    for (name, may) in MAY {
        let shown = if may.is_empty() { "—".to_owned() } else { may.join(", ") };
        if !page.lines().any(|line| line.starts_with(&format!("| {name} | {shown} |"))) {
            found.push(format!("docs/ARCHITECTURE.md lacks the row | {name} | {shown} |"));
        }
    }
    none(&found);
}

#[test]
fn a_crate_is_named_as_its_folder_and_says_its_licence() {
    let mut found = Vec::new();
    for manifest in manifests() {
        let named = format!("name = \"{}\"", manifest.owner());
        for line in
            [&*named, "license.workspace = true", "version.workspace = true", "publish.workspace = true"]
        {
            if !manifest.text.lines().any(|found| found == line) {
                found.push(format!("{}: no line {line}", manifest.path));
            }
        }
        if !manifest.text.contains("[lints]\nworkspace = true") {
            found.push(format!("{}: the shared lints are not switched on", manifest.path));
        }
    }
    none(&found);
    let root = crate::tree::read("Cargo.toml");
    assert!(root.contains("license = \"MIT OR Apache-2.0\""));
    assert!(crate::tree::read("LICENSE-MIT").contains("Permission is hereby granted, free of charge"));
    assert!(crate::tree::read("LICENSE-APACHE").contains("END OF TERMS AND CONDITIONS"));
}

#[test]
fn domains_stand_side_by_side() {
    // A chain of imports is at most six crates deep, so a change rebuilds little.
    fn depth(name: &str) -> usize {
        let (_, may) = MAY.iter().find(|(known, _)| *known == name).unwrap();
        1 + may.iter().map(|below| depth(below)).max().unwrap_or(0)
    }
    assert!(DOMAINS.iter().all(|domain| depth(domain) <= 4));
    assert!(MAY.iter().all(|(name, _)| depth(name) <= 6));
}

#[test]
fn a_wrong_import_is_caught() {
    let manifest = "[dependencies]\nstore.workspace = true\nidentity = { path = \"x\" }\nhyper.workspace = true\n\n\
                    [dev-dependencies]\nweb.workspace = true\ntestkit.workspace = true\n";
    assert_eq!(
        judge("diary", manifest),
        [
            "diary may not import identity",
            "the tests of diary may not import web",
            "diary may not see hyper; only [\"web\", \"bench\"] may",
        ]
    );
    assert_eq!(judge("stranger", ""), ["stranger: no row in the table of arrows"]);
}

/// Ways to open a connection to another host.
const DOORS: [&str; 4] = ["TcpStream::connect", "UdpSocket::", "lookup_host", "client::conn"];

/// What opens connections outside of the one client (C8, K12).
fn doors(file: &File) -> Vec<String> {
    let code = crate::rust_source::code_only(&crate::rust_source::without_tests(&file.text));
    DOORS
        .iter()
        .filter(|door| code.contains(**door))
        .map(|door| format!("{}: {door} outside of crates/web/src/outgoing.rs", file.path))
        .collect()
}

#[test]
fn one_module_speaks_to_other_hosts() {
    let shipped = |file: &File| {
        !file.is_test()
            && !["testkit", "bench"].contains(&file.owner())
            && file.path != "crates/web/src/outgoing.rs"
            // It listens; `connect` stands nowhere in it.
            && file.path != "crates/media/src/doors.rs"
            // It binds ports to see whether they are free, and lets them go.
            && file.path != "bin/zvonok/src/commands/doctor.rs"
    };
    let found: Vec<String> =
        crate::tree::rust().iter().filter(|file| shipped(file)).flat_map(doors).collect();
    none(&found);
    let client =
        crate::tree::rust().into_iter().find(|file| file.path == "crates/web/src/outgoing.rs").unwrap();
    assert_eq!(doors(&client).len(), 3, "the one client opens no connection any more");
}
