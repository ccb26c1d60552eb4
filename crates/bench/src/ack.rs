//! Durable acknowledgement of messages over WebSocket, against group commit on bare rusqlite.
//!
//! Each sender has a chat of its own and nobody else is online, so that fan-out, a figure of its own, stays outside. Both
//! sides write to a copy of the same base on the same disk: a message, the chat's counters, the sender's read mark, an
//! event. Ours also reads a frame, proves the right to write (session, membership, relation to the class), looks for a
//! repetition, and tells the sender's own socket. The caps for connections and messages of an address are raised.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use anyhow::{Context as _, anyhow, bail};
use messenger::{ClientId, ConversationId};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use school::{Device, PersonId, SessionToken};
use serde_json::json;
use store::{Mode, Random, ServerKey, Store, UtcInstant};
use time::Date;
use time::macros::{date, datetime};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use web::server::Server;
use web::{App, Clock, Settings};

use crate::figures::{Figures, ratios};
use crate::process::Stopped;
use crate::socket::Socket;

/// Senders waiting at once, and messages each sends in a round.
const LOADS: [(usize, u32); 3] = [(1, 80), (16, 80), (100, 60)];
const MOST: usize = 100;
const TODAY: Date = date!(2026 - 10 - 14);
const TEXT: &str = "Задача 417: сколько будет в пункте «б»? У меня вышло 48, а в ответе 46.";

/// A sender and the chat they write to.
#[derive(Clone, Copy)]
struct Sender {
    person: PersonId,
    conversation: ConversationId,
}

/// Measures both by turns at each load.
pub(crate) fn measure(stopped: &Stopped, rounds: u32) -> anyhow::Result<()> {
    let (ours, limit) = (copy_of(&stopped.base, "ours.db")?, copy_of(&stopped.base, "limit.db")?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let senders = part(&ours, MOST)?;
    part(&limit, MOST)?;
    let mut ours = Ours::open(&runtime, &ours, &senders)?;
    let limit = Limit::open(&limit)?;
    println!(
        "\ndurable acknowledgement of a message over WebSocket, a chat for each sender, nobody else online"
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

/// Gives each of some pupils a class of their own, and so a chat of their own, with a homeroom teacher who sits in it and
/// is never online: without a member of staff nobody may write there (MSG-S2).
fn part(base: &Path, count: usize) -> anyhow::Result<Vec<Sender>> {
    let conn = connect(base)?;
    let pupils: Vec<i64> = conn
        .prepare(
            "SELECT a.person FROM messenger_access a JOIN school_role_grant r ON r.person = a.person AND r.role = 'pupil'
             JOIN school_account c ON c.person = a.person AND c.blocked_at IS NULL
             GROUP BY a.person ORDER BY a.person LIMIT ?1",
        )?
        .query_map([i64::try_from(count)?], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if pupils.len() < count {
        bail!("the demo has only {} linked pupils", pupils.len());
    }
    let staff: Vec<i64> = conn
        .prepare(
            "SELECT DISTINCT a.person FROM messenger_access a
             JOIN school_role_grant r ON r.person = a.person AND r.role IN ('teacher', 'homeroom_teacher')
                  AND r.ends IS NULL
             JOIN school_account c ON c.person = a.person AND c.blocked_at IS NULL ORDER BY a.person",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if staff.is_empty() {
        bail!("the demo has no linked teachers");
    }
    for (n, pupil) in pupils.iter().enumerate() {
        let (grade, letter) = (n % 11 + 1, format!("Ы{n}"));
        conn.execute(
            "INSERT INTO school_group (year, kind, title) SELECT MAX(id), 'class', ?1 FROM school_year",
            [&letter],
        )?;
        let whole = conn.last_insert_rowid();
        conn.execute(
            "INSERT INTO school_class_group (year, grade, letter, term_kind, bells, week_days, whole)
             SELECT year, ?1, ?2, term_kind, bells, week_days, ?3 FROM school_class_group ORDER BY id LIMIT 1",
            params![i64::try_from(grade)?, letter, whole],
        )?;
        conn.execute(
            "INSERT INTO school_role_grant (person, role, class_group, starts) VALUES (?1, 'homeroom_teacher', ?2, ?3)",
            params![staff[n % staff.len()], conn.last_insert_rowid(), TODAY],
        )?;
        conn.execute(
            "UPDATE school_membership SET ends = MAX(starts, ?2) WHERE person = ?1 AND ends IS NULL",
            params![pupil, TODAY],
        )?;
        conn.execute(
            "INSERT INTO school_membership (person, grp, starts) VALUES (?1, ?2, ?3)",
            params![pupil, whole, TODAY],
        )?;
    }
    drop(conn);
    let store = Store::open(base, &web::schema(), Mode::Serve)?;
    store.write_blocking(|tx| messenger::roster_tick(tx, now(), TODAY))?;
    store.close();
    let conn = connect(base)?;
    let chat_of = |pupil: &i64| {
        conn.query_row(
            "SELECT m.person, m.conv FROM messenger_member m
             JOIN messenger_conversation c ON c.id = m.conv AND c.kind = 'class_chat'
             WHERE m.person = ?1 AND m.left_g IS NULL",
            [pupil],
            |row| Ok(Sender { person: row.get(0)?, conversation: row.get(1)? }),
        )
    };
    Ok(pupils.iter().map(chat_of).collect::<rusqlite::Result<_>>()?)
}

/// The server, in this process, and a socket for each sender.
struct Ours {
    sockets: Vec<(Socket, ConversationId)>,
    random: Random,
}

impl Ours {
    fn open(runtime: &Runtime, path: &Path, senders: &[Sender]) -> anyhow::Result<Self> {
        let store = Store::open(path, &web::schema(), Mode::Serve)?;
        let random = Random::seeded(1);
        let mut tokens = Vec::new();
        for sender in senders {
            let (token, person) = (SessionToken::draw(&random), sender.person);
            tokens.push(token.cookie().to_owned());
            store.write_blocking(move |tx| {
                let device = Device { address: "127.0.0.1".to_owned(), name: "bench".to_owned() };
                let way = school::SignInWay::StandIn;
                let arrival = school::Arrival { device: &device, way, remember: false };
                school::open_session(tx, now(), person, &token, &arrival, None)
            })?;
        }
        let mut settings = Settings::on_loopback(0);
        settings.connections_per_address = 10 * MOST;
        settings.socket_messages_per_second = 1_000_000;
        let key = ServerKey::in_memory(&random);
        let app = App::new(store, Clock::fixed(now()), random.clone(), key, settings)?;
        let server = runtime.block_on(Server::bind(app))?;
        let host = server.address().to_string();
        // It ends with the program.
        runtime.spawn(server.run(std::future::pending()));
        let open = |(token, sender): (&String, &Sender)| {
            anyhow::Ok((runtime.block_on(Socket::open(&host, token))?, sender.conversation))
        };
        let sockets = tokens.iter().zip(senders).map(open).collect::<anyhow::Result<_>>()?;
        Ok(Self { sockets, random })
    }

    /// Acknowledged messages a second.
    fn round(&mut self, runtime: &Runtime, count: usize, each: u32) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let mut taken: Vec<_> = self.sockets.drain(..).collect();
        let rest = taken.split_off(count);
        self.sockets = runtime.block_on(async {
            let mut tasks = Vec::new();
            for (mut socket, conversation) in taken {
                let random = self.random.clone();
                tasks.push(tokio::spawn(async move {
                    for re in 0..each {
                        let cid = ClientId::from_bytes(random.bytes()).map_err(|_| anyhow!("a zero id"))?;
                        let command =
                            json!({"t": "send", "re": re, "conv": conversation, "cid": cid, "text": TEXT});
                        socket.say(&command.to_string()).await?;
                        socket.acknowledged().await?;
                    }
                    anyhow::Ok((socket, conversation))
                }));
            }
            let mut back = Vec::new();
            for task in tasks {
                back.push(task.await??);
            }
            anyhow::Ok(back)
        })?;
        self.sockets.extend(rest);
        Ok(count as f64 * f64::from(each) / begun.elapsed().as_secs_f64())
    }
}

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
