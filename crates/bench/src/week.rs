//! The diary week: CPU a request, against bare queries of the same facts and their page over bare hyper.
//!
//! The limit knows whose page it is: it reads no session, role or right, and checks nothing.

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
const NOW: &str = "2026-10-14";
const SOON: &str = "2026-10-29";
/// The first moment of the demo's day in its time zone, in milliseconds.
const MIDNIGHT: i64 = 1_791_925_200_000;

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
    if lessons == 0 {
        bail!("the limit's page has no lessons");
    }

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

/// What our page shows of a week, by bare statements.
struct Facts {
    lessons: Vec<Lesson>,
    /// Homework of the days to come, and marks of today: the strip at the top.
    coming: Vec<[String; 3]>,
    news: Vec<[String; 3]>,
    days_off: Vec<String>,
    /// The numbers in the menu.
    open: i64,
    unread: i64,
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
    change: String,
    test: String,
    marks: String,
    absence: String,
    homework: String,
    done: i64,
    teacher: String,
}

/// The page with nothing about it: the week, and as many bytes of frame as ours has.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Дневник</title></head><body>{{ frame|safe }}<nav>{{ open }} {{ unread }}</nav>{% for day in days_off %}<p>{{ day }}</p>{% endfor %}{% for c in coming %}<p>{{ c[0] }} {{ c[1] }}: {{ c[2] }}</p>{% endfor %}{% for n in news %}<p>{{ n[0] }} {{ n[1] }} {{ n[2] }}</p>{% endfor %}<ol>{% for l in lessons %}<li class="{{ l.state }}"><p>{{ l.date }} {{ l.slot }}. {{ l.starts }}–{{ l.ends }}</p><h3>{{ l.subject }}</h3><p>{{ l.teacher }}, {{ l.room }}</p><p>{{ l.change }} {{ l.test }}</p><p>{{ l.topic }}</p><p>{{ l.done }} {{ l.homework }}</p><b>{{ l.marks }}</b><i>{{ l.absence }}</i></li>{% endfor %}</ol></body></html>"#
)]
struct Week<'a> {
    frame: &'a str,
    lessons: &'a [Lesson],
    coming: &'a [[String; 3]],
    news: &'a [[String; 3]],
    days_off: &'a [String],
    open: i64,
    unread: i64,
}

fn facts_of(conn: &Connection, person: i64) -> rusqlite::Result<Facts> {
    let threes = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
        let mut statement = conn.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
        rows.collect::<rusqlite::Result<Vec<[String; 3]>>>()
    };
    let number = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
        conn.prepare_cached(sql)?.query_row(params, |row| row.get::<_, i64>(0))
    };
    Ok(Facts {
        lessons: lessons_of(conn, person)?,
        coming: threes(
            "SELECT s.name, h.due_date, h.text FROM school_membership ms
             JOIN diary_course c ON c.grp = ms.grp
             JOIN diary_homework h ON h.course = c.id AND h.latest = 1 AND h.due_date > ?2 AND h.due_date < ?3
             JOIN school_subject s ON s.id = c.subject
             WHERE ms.person = ?1 AND h.text IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1)
             ORDER BY h.due_date",
            &[&person, &NOW, &SOON],
        )?,
        news: threes(
            "SELECT s.name, m.value, COALESCE(w.title, t.name) FROM diary_mark m
             JOIN diary_work w ON w.id = m.work AND w.state = 'published'
             JOIN diary_course c ON c.id = w.course
             JOIN school_subject s ON s.id = c.subject
             JOIN diary_work_type t ON t.id = w.type
             WHERE m.pupil = ?1 AND m.latest = 1 AND m.at >= ?2 AND m.value IS NOT NULL ORDER BY m.at DESC LIMIT 12",
            &[&person, &MIDNIGHT],
        )?,
        days_off: conn
            .prepare_cached("SELECT title FROM school_calendar_day WHERE starts < ?2 AND ends > ?1")?
            .query_map([FROM, TO], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?,
        open: number(
            "SELECT COUNT(*) FROM school_membership ms
             JOIN diary_course c ON c.grp = ms.grp
             JOIN diary_homework h ON h.course = c.id AND h.latest = 1 AND h.text IS NOT NULL AND h.due_date > ?2
             WHERE ms.person = ?1
               AND NOT EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1)",
            &[&person, &NOW],
        )?,
        unread: number(
            "SELECT COALESCE(SUM(c.last_ord - COALESCE((SELECT x.ord FROM messenger_message x
                 WHERE x.conv = m.conv AND x.seq = COALESCE(r.unread_from, 1) - 1), 0)), 0)
             FROM messenger_member m JOIN messenger_conversation c ON c.id = m.conv
             LEFT JOIN messenger_read r ON r.conv = m.conv AND r.person = m.person
             WHERE m.person = ?1 AND m.left_g IS NULL",
            &[&person],
        )?,
    })
}

fn lessons_of(conn: &Connection, person: i64) -> rusqlite::Result<Vec<Lesson>> {
    let mut statement = conn.prepare_cached(
        "SELECT l.date, l.slot, l.starts, l.ends, s.name, COALESCE(l.room, ''), COALESCE(l.topic, ''), l.state,
                COALESCE((SELECT u.kind || ' ' || COALESCE(u.reason, '') FROM diary_substitution u
                          WHERE u.lesson = l.id AND u.withdrawn_at IS NULL), ''),
                COALESCE((SELECT COALESCE(w.title, t.name) || ' ' || w.weight FROM diary_work w
                          JOIN diary_work_type t ON t.id = w.type
                          WHERE w.lesson = l.id AND w.state = 'published' AND w.weight >= 3), ''),
                COALESCE((SELECT group_concat(m.value || ' ' || w.weight || ' ' || t.name || COALESCE(m.comment, ''), ' ')
                          FROM diary_work w
                          CROSS JOIN diary_mark m ON m.work = w.id AND m.pupil = ?1 AND m.latest = 1
                          JOIN diary_work_type t ON t.id = w.type
                          WHERE w.lesson = l.id AND w.state = 'published'), ''),
                COALESCE((SELECT a.fact || COALESCE(r.reason, '') FROM diary_absence a
                          LEFT JOIN diary_absence_reason r
                              ON r.lesson = a.lesson AND r.pupil = a.pupil AND r.latest = 1
                          WHERE a.lesson = l.id AND a.pupil = ?1 AND a.latest = 1), ''),
                COALESCE(h.text, ''), EXISTS (SELECT 1 FROM diary_done d WHERE d.given = h.given AND d.pupil = ?1),
                COALESCE((SELECT p.given || ' ' || p.patronymic FROM school_teaching t
                          JOIN school_person p ON p.id = COALESCE(l.teacher, t.person)
                          WHERE t.grp = l.grp AND t.subject = c.subject AND t.starts <= l.date
                            AND (t.ends IS NULL OR t.ends > l.date)), '')
         FROM school_membership ms
         JOIN diary_lesson l ON l.grp = ms.grp AND l.date >= ?2 AND l.date < ?3
         JOIN diary_course c ON c.id = l.course
         JOIN school_subject s ON s.id = c.subject
         LEFT JOIN diary_homework h ON h.course = l.course AND h.due_date = l.date AND h.latest = 1 AND h.due = l.id
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
            change: row.get(8)?,
            test: row.get(9)?,
            marks: row.get(10)?,
            absence: row.get(11)?,
            homework: row.get(12)?,
            done: row.get(13)?,
            teacher: row.get(14)?,
        })
    })?;
    rows.collect()
}

fn page_of(conn: &Connection, person: i64, frame: &str) -> anyhow::Result<String> {
    let Facts { lessons, coming, news, days_off, open, unread } = facts_of(conn, person)?;
    let (lessons, coming, news, days_off) = (&lessons, &coming, &news, &days_off);
    Ok(Week { frame, lessons, coming, news, days_off, open, unread }.render()?)
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
                    page_of(&conn, person, &frame).unwrap_or_default()
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
