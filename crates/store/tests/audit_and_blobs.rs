//! The audit chain and the files: nothing is changed unseen.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop at the first surprise")]

mod kit;

use kit::{Base, now, put_whole, schema, stranger};
use sha2::{Digest as _, Sha256};
use store::{BlobId, CHUNK_BYTES, Error, Mode, Random, Store};

const ROWS: i64 = 40;

fn findings(path: &std::path::Path) -> Vec<String> {
    match Store::open(path, &schema(), Mode::ReadOnly) {
        Ok(store) => match store.read_blocking(store::verify) {
            Ok(found) => found.into_iter().map(|finding| finding.text).collect(),
            Err(error) => vec![format!("unreadable: {error}")],
        },
        Err(error) => vec![format!("refused: {error}")],
    }
}

#[test]
fn one_flipped_bit_is_found_in_a_hundred_of_a_hundred() {
    // Z7, DIA-I19, MSG-I18.
    let base = Base::create();
    for n in 1..=ROWS {
        base.store.write_blocking(move |tx| put_whole(tx, &format!("слово-{n}"), n)).unwrap();
    }
    assert_eq!(findings(&base.path), Vec::<String>::new());
    base.store.close();
    let copy = base.dir.path().join("copy.db");
    // A copy without dead bytes: pages keep what was moved away from them, and a flip there changes nothing.
    let dense = base.dir.path().join("dense.db");
    let other = stranger(&base.path);
    other.query_row("PRAGMA secure_delete = ON", [], |_| Ok(())).unwrap();
    other.execute("VACUUM INTO ?1", [dense.to_str().unwrap()]).unwrap();
    let whole = std::fs::read(&dense).unwrap();
    // Every place where the chain's rows lie: after each occurrence of the deed's name come target and hashes.
    let deed = b"probe.word.put";
    let places: Vec<usize> =
        whole.windows(deed.len()).enumerate().filter(|(_, at)| at == deed).map(|(at, _)| at).collect();
    assert_eq!(places.len(), ROWS as usize);
    let random = Random::seeded(77);
    for _ in 0..100 {
        let place = places[random.below(ROWS as u32) as usize];
        // From the deed's first letter to the last byte of the row's hash.
        let at = place + random.below(14 + 12 + 64) as usize;
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << random.below(8);
        std::fs::write(&copy, bytes).unwrap();
        let found = findings(&copy);
        assert!(!found.is_empty(), "a flip at {at} was not found");
        assert!(found[0].starts_with("audit row"), "{found:?}");
    }
}

#[test]
fn the_chain_can_only_grow() {
    // Z7: the triggers hold even a stranger with the file open; whoever drops them is found.
    let base = Base::create();
    for n in 1..=3 {
        base.store.write_blocking(move |tx| put_whole(tx, &format!("w{n}"), n)).unwrap();
    }
    base.store.close();
    let other = stranger(&base.path);
    for sql in ["UPDATE store_audit SET actor = 7", "DELETE FROM store_audit WHERE g = 2"] {
        let error = other.execute(sql, []).unwrap_err().to_string();
        assert_eq!(error, "the audit chain is append-only");
    }
    other.execute_batch("DROP TRIGGER store_audit_no_delete; DELETE FROM store_audit WHERE g = 2").unwrap();
    drop(other);
    assert_eq!(findings(&base.path), ["audit row (3, 1) does not follow from the row before"]);
}

#[test]
fn a_refused_command_leaves_no_audit_row() {
    // Z7.
    let base = Base::create();
    let refused: Result<i64, Error> = base.store.write_blocking(|tx| {
        put_whole(tx, "one", 1)?;
        Err(Error::NoRow)
    });
    assert!(refused.is_err());
    assert_eq!(base.store.read_blocking(|tx| tx.audit_len()).unwrap(), 0);
}

fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    Random::seeded(seed).fill(&mut bytes);
    bytes
}

fn begin(base: &Base, size: usize) -> BlobId {
    base.store.write_blocking(move |tx| tx.begin_blob(now(), size as u64, "image/png", 3)).unwrap()
}

fn send(base: &Base, blob: BlobId, n: u32, chunk: &[u8]) -> Result<(), Error> {
    let chunk = chunk.to_vec();
    base.store.write_blocking(move |tx| tx.put_chunk(blob, n, &chunk))
}

fn finish(base: &Base, blob: BlobId, content: &[u8]) -> Result<BlobId, Error> {
    let digest = <[u8; 32]>::from(Sha256::digest(content));
    base.store.write_blocking(move |tx| tx.finish_blob(blob, digest))
}

#[test]
fn a_file_comes_in_chunks_and_goes_on_after_a_restart() {
    // MSG-D6, MSG-I15.
    let mut base = Base::create();
    let content = bytes(1, 2 * CHUNK_BYTES + 100);
    let blob = begin(&base, content.len());
    let chunks: Vec<&[u8]> = content.chunks(CHUNK_BYTES).collect();
    send(&base, blob, 2, chunks[2]).unwrap();
    assert!(finish(&base, blob, &content).is_err(), "chunks are missing");
    base.reopen();
    send(&base, blob, 0, &bytes(9, CHUNK_BYTES)).unwrap();
    send(&base, blob, 0, chunks[0]).unwrap();
    send(&base, blob, 1, chunks[1]).unwrap();
    assert!(base.store.read_blocking(|tx| tx.blob_info(blob)).is_err(), "nothing is seen before the end");
    assert!(finish(&base, blob, b"another content").is_err());
    assert_eq!(finish(&base, blob, &content).unwrap(), blob);
    let (info, read) = base
        .store
        .read_blocking(|tx| {
            let read = (0..3).map(|n| tx.blob_chunk(blob, n)).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, Error>((tx.blob_info(blob)?, read.concat()))
        })
        .unwrap();
    assert_eq!(info, (content.len() as u64, "image/png".to_owned()));
    assert_eq!(read, content);
    assert_eq!(findings(&base.path), Vec::<String>::new());
}

#[test]
fn a_finished_file_cannot_be_changed() {
    // MSG-I15: bytes served = digest.
    let base = Base::create();
    let content = bytes(2, 500);
    let blob = begin(&base, content.len());
    send(&base, blob, 0, &content).unwrap();
    finish(&base, blob, &content).unwrap();
    assert!(send(&base, blob, 0, b"other bytes").is_err());
    assert!(send(&base, blob, 1, b"more bytes").is_err());
    assert!(finish(&base, blob, &content).is_err(), "it is finished once");
    assert_eq!(base.store.read_blocking(|tx| tx.blob_chunk(blob, 0)).unwrap(), content);
}

#[test]
fn a_chunk_outside_its_file_is_refused() {
    let base = Base::create();
    let blob = begin(&base, 100);
    assert!(send(&base, blob, 0, &[]).is_err());
    assert!(send(&base, blob, 0, &[0; 99]).is_err());
    assert!(send(&base, blob, 0, &vec![0; CHUNK_BYTES + 1]).is_err());
    assert!(send(&base, blob, 7, b"far behind the end").is_err());
    assert!(send(&base, BlobId::from_row(999), 0, b"nobody's").is_err());
}

#[test]
fn equal_files_are_stored_once() {
    // MSG-A8.
    let base = Base::create();
    let content = bytes(3, CHUNK_BYTES + 7);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let blob = begin(&base, content.len());
        for (n, chunk) in (0..).zip(content.chunks(CHUNK_BYTES)) {
            send(&base, blob, n, chunk).unwrap();
        }
        ids.push(finish(&base, blob, &content).unwrap());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(base.store.read_blocking(|tx| tx.blob_bytes()).unwrap(), content.len() as u64);
    sweep(&base);
    assert_eq!(chunks(&base), 2);
    // The bytes go with the last of those who point at them, in small steps, and the file gets shorter.
    let blob = ids[0];
    for left in [2, 0] {
        base.store.write_blocking(move |tx| tx.release_blob(blob)).unwrap();
        sweep(&base);
        assert_eq!(chunks(&base), left);
    }
    assert!(base.store.read_blocking(|tx| tx.blob_chunk(blob, 0)).is_err());
    let free = |base: &Base| base.store.read_blocking(|tx| tx.free_pages()).unwrap();
    assert!(free(&base) > 16, "{}", free(&base));
    base.store.write_blocking(|tx| tx.give_back_pages()).unwrap();
    assert_eq!(free(&base), 0);
    assert_eq!(findings(&base.path), Vec::<String>::new());
}

/// Removes what is gone, a chunk at a time.
fn sweep(base: &Base) {
    for blob in base.store.read_blocking(|tx| tx.blobs_to_sweep()).unwrap() {
        while base.store.write_blocking(move |tx| tx.sweep_blob(blob, 1)).unwrap() {}
    }
    assert!(base.store.read_blocking(|tx| tx.blobs_to_sweep()).unwrap().is_empty());
}

fn chunks(base: &Base) -> i64 {
    base.store
        .read_blocking(|tx| {
            tx.load(store::Sql::from_literal("SELECT COUNT(*) FROM store_blob_chunk"), [], |row| row.get(0))
        })
        .unwrap()
}

#[test]
fn a_sealed_file_takes_no_chunk_and_is_settled_once() {
    // MSG-A1, MSG-B18, MSG-I15: what was looked through is what is stored.
    let base = Base::create();
    let content = bytes(5, CHUNK_BYTES + 9);
    let blob = begin(&base, content.len());
    let parts: Vec<&[u8]> = content.chunks(CHUNK_BYTES).collect();
    let seal = |base: &Base| base.store.write_blocking(move |tx| tx.seal_blob(blob));
    let there = |base: &Base| base.store.read_blocking(move |tx| tx.upload_chunks(blob)).unwrap();
    send(&base, blob, 1, parts[1]).unwrap();
    assert_eq!(there(&base), [1]);
    assert!(!seal(&base).unwrap(), "a chunk is missing");
    send(&base, blob, 0, parts[0]).unwrap();
    assert_eq!(there(&base), [0, 1]);
    let digest = <[u8; 32]>::from(Sha256::digest(&content));
    let settle = |base: &Base| base.store.write_blocking(move |tx| tx.settle_blob(blob, digest));
    assert!(settle(&base).is_err(), "it is not sealed");
    assert!(seal(&base).unwrap() && seal(&base).unwrap());
    assert!(send(&base, blob, 0, parts[0]).is_err(), "it is being looked through");
    base.store.write_blocking(move |tx| tx.unseal_blob(blob)).unwrap();
    send(&base, blob, 0, parts[0]).unwrap();
    assert!(seal(&base).unwrap());
    assert_eq!(settle(&base).unwrap(), blob);
    assert!(settle(&base).is_err() && seal(&base).is_err(), "it is settled once");
    assert_eq!(base.store.read_blocking(move |tx| tx.blob_digest(blob)).unwrap(), digest);
    assert_eq!(findings(&base.path), Vec::<String>::new());
}

#[test]
fn uploads_that_never_ended_go() {
    // B9: no orphan after a day.
    let base = Base::create();
    let old = begin(&base, 10);
    send(&base, old, 0, b"ten bytes.").unwrap();
    let later = now() + time::Duration::hours(25);
    let fresh = base.store.write_blocking(move |tx| tx.begin_blob(later, 4, "text/plain", 3)).unwrap();
    send(&base, fresh, 0, b"word").unwrap();
    let dropped =
        base.store.write_blocking(move |tx| tx.drop_orphans(later - time::Duration::hours(24))).unwrap();
    assert_eq!(dropped, 1);
    assert!(finish(&base, old, b"ten bytes.").is_err());
    finish(&base, fresh, b"word").unwrap();
}

#[test]
fn changed_bytes_of_a_file_are_found() {
    let base = Base::create();
    let content = bytes(4, 5000);
    let blob = begin(&base, content.len());
    send(&base, blob, 0, &content).unwrap();
    finish(&base, blob, &content).unwrap();
    base.store.close();
    stranger(&base.path)
        .execute("UPDATE store_blob_chunk SET bytes = CAST(zeroblob(5000) AS BLOB)", [])
        .unwrap();
    assert_eq!(findings(&base.path), [format!("file {blob} differs from its digest")]);
}
