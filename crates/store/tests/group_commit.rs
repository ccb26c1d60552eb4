//! Group commit (ARC-4): every answer after its flush, dense numbers, each command alone with its failure.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop at the first surprise")]

mod kit;

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use kit::{Base, event, now, put, put_whole};
use store::{Error, Health, Lane, Mode, Store, sql};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answered_write_is_there_and_numbers_are_dense() {
    // MSG-I1, MSG-I4, ARC-4.
    let mut base = Base::create();
    let lanes = [Lane::Chat, Lane::Marks, Lane::Admin, Lane::Blob];
    let tasks: Vec<_> = (0..400_usize)
        .map(|n| {
            let store = base.store.clone();
            tokio::spawn(async move {
                let word = format!("word-{n}");
                let g = store.write_in(lanes[n % 4], move |tx| put(tx, &word)).await.unwrap();
                (format!("word-{n}"), g)
            })
        })
        .collect();
    let mut answered = std::collections::BTreeMap::new();
    for task in tasks {
        let (word, g) = task.await.unwrap();
        answered.insert(word, g);
    }
    let numbers: BTreeSet<i64> = answered.values().copied().collect();
    assert_eq!(numbers, (1..=400).collect());
    assert_eq!(base.words(), answered);
    assert_eq!(base.last_g(), 400);
    base.reopen();
    assert_eq!(base.words(), answered);
    assert_eq!(base.last_g(), 400);
}

/// Holds the writer inside a command until it is let go, so that what is sent meanwhile becomes one batch. Comes back when
/// the command runs: a writer that wakes up late would take what follows into the same batch.
async fn hold(store: &Store) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>) {
    let (go, gone) = mpsc::channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let store = store.clone();
    let held = tokio::spawn(async move {
        store
            .write(move |_| {
                let _ = begun.send(());
                let _ = gone.recv();
                Ok(())
            })
            .await
    });
    begins.await.unwrap();
    (go, held)
}

#[tokio::test]
async fn a_refused_or_panicking_command_rolls_back_alone_and_gives_its_number_back() {
    // ARC-4, R13.
    let base = Base::create();
    base.store.write(|tx| put(tx, "taken")).await.unwrap();
    let (go, held) = hold(&base.store).await;
    let kinds = ["good-1", "refused", "taken", "panic", "read-only", "good-2"];
    let answers: Vec<_> = kinds
        .into_iter()
        .map(|kind| {
            let store = base.store.clone();
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        if kind == "read-only" {
                            return tx.last_g();
                        }
                        let g = put(tx, kind)?;
                        tx.emit(now(), event(g))?;
                        match kind {
                            "refused" => Err(Error::NoRow),
                            "panic" => panic!("a defect"),
                            _ => Ok(g),
                        }
                    })
                    .await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let mut watch = base.store.watch();
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    let mut told = Vec::new();
    for answer in answers {
        told.push(answer.await.unwrap());
    }
    assert!(matches!(told[0], Ok(2)), "{told:?}");
    assert!(matches!(told[1], Err(Error::NoRow)));
    assert!(told[2].as_ref().is_err_and(Error::is_constraint));
    assert!(matches!(told[3], Err(Error::Panicked)));
    assert!(
        matches!(told[4], Ok(1)),
        "a command sees what the commands before the batch committed: {told:?}"
    );
    assert!(matches!(told[5], Ok(3)), "the refused ones gave their numbers back: {told:?}");
    assert_eq!(base.words().into_keys().collect::<Vec<_>>(), ["good-1", "good-2", "taken"]);
    assert_eq!(base.last_g(), 3);
    let mut seen = Vec::new();
    while let Ok(commit) = watch.try_recv() {
        seen.extend(commit.events.iter().map(|event| (event.g, event.n)));
    }
    assert_eq!(seen, [(2, 1), (3, 1)], "no event of a command that was rolled back leaves");
    assert_eq!(base.store.health(), Health::Good);
}

#[tokio::test]
async fn of_a_thousand_messages_of_one_commit_the_seventh_fails_alone() {
    // MSG-E12
    let base = Base::create();
    base.store.write(|tx| put(tx, "word-7")).await.unwrap();
    let (go, held) = hold(&base.store).await;
    let mut watch = base.store.watch();
    let answers: Vec<_> = (1..=1024)
        .map(|n| {
            let store = base.store.clone();
            tokio::spawn(async move {
                store
                    .write_in(Lane::Chat, move |tx| {
                        tx.emit(now(), event(n))?;
                        put(tx, &format!("word-{n}"))
                    })
                    .await
            })
        })
        .collect();
    // The runtime comes back here after some tasks each time; all of them are to wait before the writer goes on.
    for _ in 0..answers.len() {
        tokio::task::yield_now().await;
    }
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    for (n, answer) in (1_i64..).zip(answers) {
        let answer = answer.await.unwrap();
        if n == 7 {
            assert!(answer.is_err_and(|error| error.is_constraint()));
        } else {
            // The eighth has the number that the seventh gave back.
            assert_eq!(answer.unwrap(), if n < 7 { n + 1 } else { n }, "word {n}");
        }
    }
    let commit = watch.try_recv().unwrap();
    assert_eq!((commit.g, commit.events.len()), (1024, 1023), "one commit for all of them");
    assert_eq!((base.last_g(), base.words().len()), (1024, 1024));
}

#[test]
fn what_a_person_wrote_is_never_a_statement() {
    // K4: texts go into statements as values only, whatever stands in them.
    let base = Base::create();
    let hostile = [
        "'); DROP TABLE probe_word; --",
        "x', 7); DELETE FROM probe_word; --",
        "\"; UPDATE probe_word SET g = 0; --",
        "?1",
        ":word",
        "@word",
        "$word",
        "word) VALUES ('y', 1)",
        "/* */ OR 1=1",
        "\\'",
        "%_",
    ];
    for text in hostile {
        base.put(text);
    }
    assert_eq!(
        base.words().keys().map(String::as_str).collect::<BTreeSet<_>>(),
        hostile.into_iter().collect()
    );
    for text in hostile {
        let text = text.to_owned();
        let gone = base
            .store
            .write_blocking(move |tx| tx.execute(sql!("DELETE FROM probe_word WHERE word = ?1"), [text]));
        assert_eq!(gone.unwrap(), 1);
    }
    assert!(base.words().is_empty());
}

#[test]
fn a_command_that_writes_nothing_takes_no_number() {
    let base = Base::create();
    base.put("one");
    let seen: Result<i64, Error> = base.store.write_blocking(|tx| tx.last_g());
    assert_eq!(seen.unwrap(), 1);
    assert_eq!(base.put("two"), 2);
}

#[test]
fn events_leave_before_the_answer_and_in_the_order_of_g() {
    // ARC-12, A14: who was answered can rely on everybody having been told.
    let base = Base::create();
    let mut watch = base.store.watch();
    let hooked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&hooked);
    base.store.on_commit(move |commit| seen.lock().unwrap().push(commit.g));
    for n in 1..=20_i64 {
        let g = base.store.write_blocking(move |tx| {
            tx.emit(now(), event(n))?;
            put_whole(tx, &format!("w{n}"), n)
        });
        assert_eq!(g.unwrap(), n);
        let commit = watch.try_recv().unwrap();
        assert_eq!(commit.g, n);
        assert_eq!(
            commit.events.iter().map(|event| (event.g, event.n)).collect::<Vec<_>>(),
            [(n, 1), (n, 2)]
        );
        assert_eq!(hooked.lock().unwrap().last(), Some(&n));
    }
    let stored = base.store.read_blocking(|tx| tx.events_of("probe", 1, 5, 19, 1000)).unwrap();
    let places: Vec<_> = stored.iter().map(|event| (event.g, event.n)).collect();
    let expected: Vec<_> = (6..=19).flat_map(|g| [(g, 1), (g, 2)]).collect();
    assert_eq!(places, expected);
}

#[test]
fn forgotten_events_raise_the_floor() {
    let base = Base::create();
    for n in 1..=5_i64 {
        let at = now() + time::Duration::days(n);
        base.store.write_blocking(move |tx| tx.emit(at, event(n))).unwrap();
    }
    let gone = base.store.write_blocking(|tx| tx.forget_events(now() + time::Duration::days(3))).unwrap();
    assert_eq!(gone, 2);
    let (floor, left) = base
        .store
        .read_blocking(|tx| Ok::<_, Error>((tx.event_floor()?, tx.events_of("probe", 1, 0, i64::MAX, 10)?)))
        .unwrap();
    assert_eq!((floor, left.len()), (2, 3));
}

#[test]
fn a_hook_that_panics_stops_nobody() {
    // R13.
    let base = Base::create();
    base.store.on_commit(|_| panic!("a defect"));
    base.store.write_blocking(|tx| put_whole(tx, "one", 1)).unwrap();
    base.store.write_blocking(|tx| put_whole(tx, "two", 2)).unwrap();
    assert_eq!(base.last_g(), 2);
}

#[test]
fn a_read_sees_one_moment() {
    // ARC-5: a view that began before a commit does not see it; the next one does.
    let base = Base::create();
    base.put("before");
    let store = base.store.clone();
    let count = |tx: &store::ReadTx<'_>| {
        tx.load(sql!("SELECT COUNT(*) FROM probe_word"), [], |row| row.get::<_, i64>(0))
    };
    let (first, second) = base
        .store
        .read_blocking(|tx| {
            let first = count(tx)?;
            store.write_blocking(|tx| put(tx, "during"))?;
            Ok::<_, Error>((first, count(tx)?))
        })
        .unwrap();
    assert_eq!((first, second), (1, 1));
    assert_eq!(base.store.read_blocking(count).unwrap(), 2);
}

#[test]
fn a_reader_cannot_write() {
    // ARC-5.
    let base = Base::create();
    let refused: Result<Vec<i64>, Error> = base.store.read_blocking(|tx| {
        tx.list(sql!("INSERT INTO probe_word (word, g) VALUES ('x', 1) RETURNING id"), [], |row| row.get(0))
    });
    assert!(matches!(refused, Err(Error::ReadOnly)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_was_given_up_does_not_starve_the_next() {
    // A request that is cut off leaves its query running; whoever comes next waits for a connection and gets one.
    let base = Base::create();
    base.store.write(|tx| put(tx, "one")).await.unwrap();
    let (go, gone) = mpsc::channel::<()>();
    let gone = Arc::new(Mutex::new(gone));
    for _ in 0..8 {
        let (began, begun) = tokio::sync::oneshot::channel::<()>();
        let gone = Arc::clone(&gone);
        let store = base.store.clone();
        let given_up = tokio::spawn(async move {
            store
                .read_aside(move |_| {
                    let _ = began.send(());
                    let _ = gone.lock().unwrap().recv();
                    Ok::<_, Error>(())
                })
                .await
        });
        // Once all connections are lent the rest wait for a seat, which is not what is tested here.
        if tokio::time::timeout(std::time::Duration::from_millis(200), begun).await.is_err() {
            given_up.abort();
            break;
        }
        given_up.abort();
    }
    let store = base.store.clone();
    let waiting = tokio::spawn(async move { store.read(|tx| tx.last_g()).await });
    tokio::task::yield_now().await;
    drop(go);
    let read: Result<i64, Error> = waiting.await.unwrap();
    assert_eq!(read.unwrap(), 1);
}

#[test]
fn a_reader_that_panics_fails_alone() {
    // R13.
    let base = Base::create();
    base.put("one");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..10 {
        let read: Result<(), Error> = runtime.block_on(base.store.read(|_| panic!("a defect")));
        assert!(matches!(read, Err(Error::Panicked)));
    }
    assert_eq!(runtime.block_on(base.store.read(|tx| tx.last_g())).unwrap(), 1);
}

#[tokio::test]
async fn a_read_as_long_as_the_base_leaves_no_pages_in_memory() {
    // It has a small cache of its own; whoever is lent the connection next has the usual one, also after a panic.
    let base = Base::create();
    let cache = |tx: &store::ReadTx<'_>| -> Result<i64, Error> {
        tx.load(sql!("PRAGMA cache_size"), [], |row| row.get(0))
    };
    assert_eq!(base.store.read_aside(cache).await.unwrap(), -1024);
    let panicked: Result<(), Error> = base.store.read_aside(|_| panic!("a defect")).await;
    assert!(matches!(panicked, Err(Error::Panicked)));
    for _ in 0..10 {
        assert_eq!(base.store.read(cache).await.unwrap(), -4 * 1024);
    }
}

#[test]
fn a_closed_base_refuses_writes_and_keeps_what_it_answered() {
    let base = Base::create();
    base.put("one");
    base.store.close();
    let late: Result<i64, Error> = base.store.write_blocking(|tx| put(tx, "two"));
    assert!(matches!(late, Err(Error::Closed)));
    let again = Store::open(&base.path, &kit::schema(), Mode::Serve).unwrap();
    assert_eq!(kit::words(&again).into_keys().collect::<Vec<_>>(), ["one"]);
    again.close();
    // The log is folded into the base when the writer stops.
    assert!(
        !base.dir.path().join("zvonok.db-wal").exists()
            || std::fs::metadata(base.dir.path().join("zvonok.db-wal")).unwrap().len() == 0
    );
}

#[test]
fn a_base_turned_read_only_refuses_writes_and_reads_on() {
    // R10.
    let base = Base::create();
    base.put("one");
    base.store.turn_read_only();
    let refused: Result<i64, Error> = base.store.write_blocking(|tx| put(tx, "two"));
    assert!(matches!(refused, Err(Error::ReadOnly)));
    assert_eq!((base.store.health(), base.last_g()), (Health::ReadOnly, 1));
}
