//! The diary week: CPU a request, against the bare query and its page over bare hyper.

use std::convert::Infallible;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};
use askama::Template;
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use tokio::net::TcpListener;

use crate::client::Client;
use crate::figures::{Figures, ratios};
use crate::process::{Demo, Process};

const REQUESTS: u32 = 400;
const FROM: &str = "2026-10-12";
const TO: &str = "2026-10-19";

/// Measures both servers by turns.
pub(crate) fn measure(demo: &Demo, rounds: u32) -> anyhow::Result<()> {
    let (login, password) = demo.person("pupil")?;
    let mut ours = Client::connect(&demo.host)?;
    ours.sign_in(&login, &password)?;
    let path = format!("/diary/{FROM}");
    let page = ours.get(&path)?;
    if page.status != 200 {
        bail!("{path} answered {} {:?}", page.status, page.location);
    }
    let base = demo.base.to_str().context("the base's path is no text")?;
    let limit_of = |pad: usize| -> anyhow::Result<(Process, Client)> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["limit-page", base, &login, &pad.to_string()]);
        let (process, line) = Process::start(&mut command, "listening ")?;
        let client = Client::connect(line.trim_start_matches("listening "))?;
        Ok((process, client))
    };
    let bare = limit_of(0)?.1.get("/")?.body.len();
    let (limit_process, mut limit) = limit_of(page.body.len().saturating_sub(bare))?;
    let lessons = limit.get("/")?.body.matches("<li").count();

    let mut of = (Figures::default(), Figures::default());
    // One round to warm both up.
    for round in 0..=rounds {
        let first = round_of(&demo.process, &mut ours, &path)?;
        let second = round_of(&limit_process, &mut limit, "/")?;
        if round > 0 {
            of.0.add(first);
            of.1.add(second);
        }
    }
    let ratio = ratios(&of.0, &of.1);
    println!("\ndiary week page: {lessons} lessons, {} bytes, {REQUESTS} requests a round", page.body.len());
    println!(
        "  CPU a request  ours {} µs   bare query + page over bare hyper {} µs",
        of.0.shown(0),
        of.1.shown(0)
    );
    println!("  ratio          {} (target ≤ 2)", ratio.shown(2));
    Ok(())
}

/// CPU a request in microseconds.
fn round_of(process: &Process, client: &mut Client, path: &str) -> anyhow::Result<f64> {
    let before = process.cpu_nanos()?;
    for _ in 0..REQUESTS {
        if client.get(path)?.status != 200 {
            bail!("{path} failed in the middle of a round");
        }
    }
    let used = process.cpu_nanos()?.saturating_sub(before);
    Ok(used as f64 / f64::from(REQUESTS) / 1000.0)
}

struct Lesson {
    date: String,
    slot: i64,
    starts: i64,
    ends: i64,
    subject: String,
    room: String,
    topic: String,
    state: String,
    marks: String,
    absence: String,
    homework: String,
    teacher: String,
}

/// The page with nothing about it: the week, and as many bytes of frame as ours has.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Дневник</title></head><body>{{ frame|safe }}<ol>{% for l in lessons %}<li class="{{ l.state }}"><p>{{ l.date }} {{ l.slot }}. {{ l.starts }}–{{ l.ends }}</p><h3>{{ l.subject }}</h3><p>{{ l.teacher }}, {{ l.room }}</p><p>{{ l.topic }}</p><p>{{ l.homework }}</p><b>{{ l.marks }}</b><i>{{ l.absence }}</i></li>{% endfor %}</ol></body></html>"#
)]
struct Week<'a> {
    frame: &'a str,
    lessons: &'a [Lesson],
}

fn week_of(conn: &Connection, person: i64) -> rusqlite::Result<Vec<Lesson>> {
    let mut statement = conn.prepare_cached(
        "SELECT l.date, l.slot, l.starts, l.ends, s.name, COALESCE(l.room, ''), COALESCE(l.topic, ''), l.state,
                COALESCE((SELECT group_concat(m.value, ' ') FROM diary_work w
                          CROSS JOIN diary_mark m ON m.work = w.id AND m.pupil = ?1 AND m.latest = 1
                          WHERE w.lesson = l.id AND w.state = 'published'), ''),
                COALESCE((SELECT a.fact FROM diary_absence a
                          WHERE a.lesson = l.id AND a.pupil = ?1 AND a.latest = 1), ''),
                COALESCE((SELECT h.text FROM diary_homework h
                          WHERE h.course = l.course AND h.due_date = l.date AND h.latest = 1), ''),
                COALESCE((SELECT p.given || ' ' || p.patronymic FROM school_teaching t
                          JOIN school_person p ON p.id = COALESCE(l.teacher, t.person)
                          WHERE t.grp = l.grp AND t.subject = c.subject AND t.starts <= l.date
                            AND (t.ends IS NULL OR t.ends > l.date)), '')
         FROM school_membership ms
         JOIN diary_lesson l ON l.grp = ms.grp AND l.date >= ?2 AND l.date < ?3
         JOIN diary_course c ON c.id = l.course
         JOIN school_subject s ON s.id = c.subject
         WHERE ms.person = ?1 AND ms.starts <= l.date AND (ms.ends IS NULL OR ms.ends > l.date)
         ORDER BY l.date, l.slot",
    )?;
    let rows = statement.query_map(params![person, FROM, TO], |row| {
        Ok(Lesson {
            date: row.get(0)?,
            slot: row.get(1)?,
            starts: row.get(2)?,
            ends: row.get(3)?,
            subject: row.get(4)?,
            room: row.get(5)?,
            topic: row.get(6)?,
            state: row.get(7)?,
            marks: row.get(8)?,
            absence: row.get(9)?,
            homework: row.get(10)?,
            teacher: row.get(11)?,
        })
    })?;
    rows.collect()
}

/// The limit's server: the query, the page, hyper, and nothing else.
pub(crate) fn serve_limit(args: &[String]) -> anyhow::Result<()> {
    let [base, login, pad] = args else { bail!("limit-page BASE LOGIN BYTES") };
    #[expect(clippy::disallowed_methods, reason = "the limit is what there is without store")]
    let conn = Connection::open_with_flags(
        base,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let person: i64 =
        conn.query_row("SELECT person FROM school_account WHERE login = ?1", [login], |row| row.get(0))?;
    let frame = Arc::new("·".repeat(pad.parse::<usize>()? / "·".len()));
    let conn = Arc::new(Mutex::new(conn));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening {}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (conn, frame) = (Arc::clone(&conn), Arc::clone(&frame));
            let service = service_fn(move |_| {
                let page = {
                    let conn = conn.lock().unwrap_or_else(PoisonError::into_inner);
                    let lessons = week_of(&conn, person).unwrap_or_default();
                    Week { frame: &frame, lessons: &lessons }.render().unwrap_or_default()
                };
                async move {
                    let mut answer = hyper::Response::new(Full::new(Bytes::from(page)));
                    answer.headers_mut().insert(
                        hyper::header::CONTENT_TYPE,
                        hyper::header::HeaderValue::from_static("text/html; charset=utf-8"),
                    );
                    Ok::<_, Infallible>(answer)
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    })
}
