//! Durable acknowledgement of messages: `messenger::send` through `store`, against group commit on bare rusqlite.
//!
//! Taken at the store, without sockets and fan-out, which are figures of their own. Both sides write to a copy of the
//! same base on the same disk: a message, the chat's counters, the sender's read mark, an event. Ours also proves the
//! right to write (session, membership, relation to the class) and looks for a repetition.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use anyhow::{Context as _, anyhow, bail};
use messenger::{Body, ClientId, ConversationId, Draft, MemberOf};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use school::{Denied, Device, PersonId, SessionToken, Viewer};
use store::{Lane, Mode, Random, Store, UtcInstant};
use time::macros::{date, datetime};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::figures::{Figures, ratios};
use crate::process::Stopped;

/// Senders waiting at once, and messages each sends in a round.
const LOADS: [(usize, u32); 3] = [(1, 80), (16, 80), (100, 60)];
const TEXT: &str = "Задача 417: сколько будет в пункте «б»? У меня вышло 48, а в ответе 46.";

/// Why a bench send failed.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Send(#[from] messenger::SendError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A sender and the chat they write to.
#[derive(Clone, Copy)]
struct Sender {
    person: PersonId,
    conversation: ConversationId,
}

/// Measures both by turns at each load.
pub(crate) fn measure(stopped: &Stopped, rounds: u32) -> anyhow::Result<()> {
    let (ours, limit) = (copy_of(&stopped.base, "ours.db")?, copy_of(&stopped.base, "limit.db")?);
    let senders = senders_of(&stopped.base, 100)?;
    let mut chats: Vec<ConversationId> = senders.iter().map(|sender| sender.conversation).collect();
    chats.sort_unstable();
    chats.dedup();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ours = Ours::open(&ours, &senders)?;
    let limit = Limit::open(&limit)?;
    println!(
        "\ndurable acknowledgement of a message, {} senders in {} chats, nobody else online",
        senders.len(),
        chats.len()
    );
    for (count, each) in LOADS {
        let mut of = (Figures::default(), Figures::default());
        for round in 0..=rounds {
            let first = ours.round(&runtime, count, each)?;
            let second = limit.round(&runtime, &senders, count, each)?;
            if round > 0 {
                of.0.add(first);
                of.1.add(second);
            }
        }
        println!(
            "  {count:>3} waiting  ours {} /s   group-commit limit {} /s   ratio {} (target ≥ 0.50)",
            of.0.shown(0),
            of.1.shown(0),
            ratios(&of.0, &of.1).shown(2)
        );
    }
    ours.store.close();
    Ok(())
}

fn copy_of(base: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let to = base.with_file_name(name);
    store::backup(base, &to, &web::schema())?;
    Ok(to)
}

/// A connection without store, for a limit.
#[expect(clippy::disallowed_methods, reason = "the limit is what there is without store")]
pub(crate) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open(path)
}

/// Members who may write, from as many chats as there are.
fn senders_of(base: &Path, most: usize) -> anyhow::Result<Vec<Sender>> {
    let conn = connect(base)?;
    let mut statement = conn.prepare(
        "SELECT person, conv FROM (
             SELECT m.person, m.conv, ROW_NUMBER() OVER (PARTITION BY m.conv ORDER BY m.person) AS turn
             FROM messenger_member m JOIN messenger_access a ON a.person = m.person
             JOIN school_account c ON c.person = m.person AND c.blocked_at IS NULL
             WHERE m.left_g IS NULL AND m.role IN ('moderator', 'writer'))
         ORDER BY turn, conv",
    )?;
    let rows =
        statement.query_map([], |row| Ok(Sender { person: row.get(0)?, conversation: row.get(1)? }))?;
    let mut senders = Vec::new();
    for sender in rows {
        let sender = sender?;
        if senders.iter().all(|other: &Sender| other.person != sender.person) {
            senders.push(sender);
        }
        if senders.len() == most {
            return Ok(senders);
        }
    }
    bail!("the demo's chats have only {} writers", senders.len())
}

struct Ours {
    store: Store,
    viewers: Vec<(Viewer, ConversationId)>,
    random: Random,
}

impl Ours {
    fn open(path: &Path, senders: &[Sender]) -> anyhow::Result<Self> {
        let store = Store::open(path, &web::schema(), Mode::Serve)?;
        let random = Random::seeded(1);
        let mut viewers = Vec::new();
        for sender in senders {
            let (token, sender) = (SessionToken::draw(&random), *sender);
            let viewer = store.write_blocking(move |tx| {
                let device = Device { address: "127.0.0.1".to_owned(), name: "bench".to_owned() };
                let way = school::SignInWay::StandIn;
                let arrival = school::Arrival { device: &device, way, remember: false };
                school::open_session(tx, now(), sender.person, &token, &arrival, None)
            })?;
            viewers.push((viewer, sender.conversation));
        }
        Ok(Self { store, viewers, random })
    }

    /// Acknowledged messages a second.
    fn round(&self, runtime: &Runtime, count: usize, each: u32) -> anyhow::Result<f64> {
        let body = Body::parse(TEXT)?;
        let begun = Instant::now();
        runtime.block_on(async {
            let mut tasks = Vec::new();
            for (viewer, conversation) in self.viewers.iter().copied().take(count) {
                let (store, body, random) = (self.store.clone(), body.clone(), self.random.clone());
                tasks.push(tokio::spawn(async move {
                    for _ in 0..each {
                        let cid = ClientId::from_bytes(random.bytes()).map_err(|_| anyhow!("a zero id"))?;
                        let draft = Draft { cid, body: body.clone() };
                        let sent: Result<messenger::Ack, Failed> = store
                            .write_in(Lane::Chat, move |tx| {
                                let by = MemberOf::ask(tx, &viewer, conversation, date!(2026 - 10 - 14))?;
                                Ok(messenger::send(tx, now(), &by, &draft)?)
                            })
                            .await;
                        sent?;
                    }
                    anyhow::Ok(())
                }));
            }
            for task in tasks {
                task.await??;
            }
            anyhow::Ok(())
        })?;
        Ok(count as f64 * f64::from(each) / begun.elapsed().as_secs_f64())
    }
}

/// The moment at which both sides write.
pub(crate) fn now() -> UtcInstant {
    UtcInstant::from(datetime!(2026-10-14 7:47 UTC))
}

type Waiting = (Sender, [u8; 16], oneshot::Sender<bool>);

/// One thread, one connection, one COMMIT for all that wait; answers after it.
struct Limit {
    queue: mpsc::Sender<Waiting>,
    next: Arc<AtomicU64>,
}

impl Limit {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let conn = connect(path)?;
        for pragma in
            ["journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 0", "foreign_keys = on"]
        {
            conn.execute_batch(&format!("PRAGMA {pragma}"))?;
        }
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let g: i64 = conn.query_row("SELECT MAX(g) + 1000000 FROM store_event", [], |row| row.get(0))?;
        let (queue, waiting) = mpsc::channel::<Waiting>();
        std::thread::Builder::new()
            .name("limit".to_owned())
            .spawn(move || {
                let mut g = g;
                while let Ok(first) = waiting.recv() {
                    let batch: Vec<Waiting> =
                        std::iter::once(first).chain(waiting.try_iter().take(1023)).collect();
                    let kept = commit(&conn, &batch, &mut g).is_ok();
                    for (_, _, answer) in batch {
                        // The round has failed already when nobody waits.
                        let _ = answer.send(kept);
                    }
                }
            })
            .context("the limit's thread")?;
        Ok(Self { queue, next: Arc::new(AtomicU64::new(1)) })
    }

    fn round(&self, runtime: &Runtime, senders: &[Sender], count: usize, each: u32) -> anyhow::Result<f64> {
        let begun = Instant::now();
        runtime.block_on(async {
            let mut tasks = Vec::new();
            for sender in senders.iter().copied().take(count) {
                let (queue, next) = (self.queue.clone(), Arc::clone(&self.next));
                tasks.push(tokio::spawn(async move {
                    for _ in 0..each {
                        let mut cid = [7; 16];
                        cid[..8].copy_from_slice(&next.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                        let (answer, answered) = oneshot::channel();
                        queue
                            .send((sender, cid, answer))
                            .map_err(|_| anyhow!("the limit's thread is gone"))?;
                        if !answered.await? {
                            bail!("the limit's commit failed");
                        }
                    }
                    anyhow::Ok(())
                }));
            }
            for task in tasks {
                task.await??;
            }
            anyhow::Ok(())
        })?;
        Ok(count as f64 * f64::from(each) / begun.elapsed().as_secs_f64())
    }
}

fn commit(conn: &Connection, batch: &[Waiting], g: &mut i64) -> rusqlite::Result<()> {
    let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| conn.prepare_cached(sql)?.execute(params);
    run("BEGIN IMMEDIATE", &[])?;
    for (sender, cid, _) in batch {
        *g += 1;
        let (seq, ord): (i64, i64) = conn
            .prepare_cached(
                "UPDATE messenger_conversation SET last_seq = last_seq + 1, last_ord = last_ord + 1, last_g = ?2,
                        last_ts = ?3 WHERE id = ?1 RETURNING last_seq, last_ord",
            )?
            .query_row(params![sender.conversation, *g, now()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let message = conn
            .prepare_cached(
                "INSERT INTO messenger_message (conv, seq, ord, sender, cid, kind, g, ts, body, rev)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'text', ?6, ?7, ?8, 0)",
            )?
            .insert(params![sender.conversation, seq, ord, sender.person, cid.as_slice(), *g, now(), TEXT])?;
        run(
            "INSERT INTO messenger_read (conv, person, read_seq, unread_from, ts) VALUES (?1, ?2, ?3, 0, ?4)
             ON CONFLICT (conv, person) DO UPDATE SET read_seq = excluded.read_seq, ts = excluded.ts",
            params![sender.conversation, sender.person, seq, now()],
        )?;
        run(
            "INSERT INTO store_event (g, n, scope_kind, scope_id, kind, ref, data, at)
             VALUES (?1, 1, 'conversation', ?2, 'message', ?3, ?4, ?5)",
            params![*g, sender.conversation, message, format!("{{\"seq\":{seq}}}"), now()],
        )?;
    }
    run("COMMIT", &[])?;
    Ok(())
}
