//! A full disk (R4) and a disk that cannot be written (R10), on a small file system in memory that a second process
//! mounts for itself alone. Where the system lets nobody mount, the tests say so and prove nothing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise"
)]

mod kit;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use kit::{put, put_whole, schema};
use store::{Error, Health, Mode, Random, Store};

/// Runs `test` of this program in a process that has a file system of two megabytes mounted at the base's folder.
fn mounted(test: &str) {
    let dir = tempfile::tempdir().unwrap();
    let can = Command::new("unshare").args(["-rm", "true"]).output().is_ok_and(|done| done.status.success());
    if !can {
        eprintln!("{test}: this system lets nobody mount, nothing was proved");
        return;
    }
    let program = kit::again(test, &dir.path().join("zvonok.db"));
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", "mount -t tmpfs -o size=2m zvonok \"$0\" && exec \"$@\""]);
    command.arg(dir.path()).arg(program.get_program()).args(program.get_args());
    command.env("PROBE_BASE", dir.path().join("zvonok.db"));
    let done = command.output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{told}{}", String::from_utf8_lossy(&done.stderr));
    assert!(told.contains("proved"), "{told}");
}

fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for size in [65_536, 4096, 512, 1] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
}

#[test]
fn a_full_disk_refuses_writes_reads_on_and_comes_back() {
    // R4, MSG-I1, MSG-E13.
    let Some(path) = kit::given_base() else {
        return mounted("a_full_disk_refuses_writes_reads_on_and_comes_back");
    };
    let filler = path.with_file_name("filler");
    let store = Store::create(&path, &schema(), &Random::seeded(1)).unwrap();
    let word = |n: i64| format!("{n}-{}", "слово".repeat(200));
    let mut answered = 0;
    for n in 0..20 {
        store.write_blocking(move |tx| put_whole(tx, &word(n), n)).unwrap();
        answered += 1;
    }
    for round in 0..3 {
        fill(&filler);
        let mut refused = 0;
        for n in 0..200 {
            let n = 1000 * (round + 1) + n;
            match store.write_blocking(move |tx| put_whole(tx, &word(n), n)) {
                Ok(_) => answered += 1,
                Err(Error::Full) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(refused > 0, "the disk was not full");
        assert_eq!(store.health(), Health::Full);
        assert_eq!(kit::words(&store).len(), answered, "reads go on and see what was answered");
        std::fs::remove_file(&filler).unwrap();
        store.write_blocking(move |tx| put_whole(tx, &word(100 + round), round)).unwrap();
        answered += 1;
        assert_eq!(store.health(), Health::Good);
    }
    // Many at once on the full disk: each is told, none hangs.
    fill(&filler);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(async {
        let mut tasks = Vec::new();
        for n in 5000..5100 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move { store.write(move |tx| put_whole(tx, &word(n), n)).await }));
        }
        let mut told = Vec::new();
        for task in tasks {
            told.push(task.await.unwrap());
        }
        told
    });
    assert!(told.iter().all(|answer| matches!(answer, Ok(_) | Err(Error::Full))), "{told:?}");
    answered += told.iter().filter(|answer| answer.is_ok()).count();
    store.close();
    std::fs::remove_file(&filler).unwrap();
    let again = Store::open(&path, &schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&again).len(), answered);
    let g = again.read_blocking(|tx| tx.last_g()).unwrap();
    assert_eq!(g, i64::try_from(answered).unwrap(), "refused commands gave their numbers back");
    again.close();
    assert!(store::check(&path, &schema()).unwrap().is_empty());
    println!("proved");
}

#[test]
fn a_copy_that_does_not_fit_leaves_nothing_behind() {
    // R11, B11.
    let Some(path) = kit::given_base() else {
        return mounted("a_copy_that_does_not_fit_leaves_nothing_behind");
    };
    let store = Store::create(&path, &schema(), &Random::seeded(1)).unwrap();
    store.write_blocking(|tx| put_whole(tx, "one", 1)).unwrap();
    let copy = path.with_file_name("copy.db");
    fill(&path.with_file_name("filler"));
    let error = store::backup(&path, &copy, &schema()).unwrap_err();
    assert!(error.to_string().starts_with(path.parent().unwrap().to_str().unwrap()), "{error}");
    let left: Vec<_> =
        kit::folder(path.parent().unwrap()).into_keys().filter(|name| name.starts_with("copy")).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(kit::words(&store).len(), 1);
    std::fs::remove_file(path.with_file_name("filler")).unwrap();
    store::backup(&path, &copy, &schema()).unwrap();
    println!("proved");
}

#[test]
fn a_disk_that_cannot_be_written_is_read() {
    // R10.
    let Some(path) = kit::given_base() else {
        return mounted("a_disk_that_cannot_be_written_is_read");
    };
    let folder = path.parent().unwrap();
    let store = Store::create(&path, &schema(), &Random::seeded(1)).unwrap();
    store.write_blocking(|tx| put_whole(tx, "one", 1)).unwrap();
    store.close();
    drop(store);
    remount(folder, "ro");
    let before = kit::folder(folder);
    let store = Store::open(&path, &schema(), Mode::Serve).unwrap();
    assert_eq!(store.health(), Health::ReadOnly);
    assert_eq!(kit::words(&store).len(), 1);
    let refused: Result<i64, Error> = store.write_blocking(|tx| put(tx, "two"));
    assert!(matches!(refused, Err(Error::ReadOnly)));
    assert!(store::check(&path, &schema()).unwrap().is_empty());
    assert!(Store::create(&path.with_file_name("new.db"), &schema(), &Random::seeded(1)).is_err());
    assert_eq!(kit::folder(folder), before);
    drop(store);
    remount(folder, "rw");
    let store = Store::open(&path, &schema(), Mode::Serve).unwrap();
    store.write_blocking(|tx| put(tx, "two")).unwrap();
    println!("proved");
}

fn remount(folder: &Path, how: &str) {
    let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(folder).status().unwrap();
    assert!(done.success());
}
