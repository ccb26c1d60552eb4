//! Search and pages of history at a million messages, for people with few chats and with all of them.
//!
//! The base is the demo's with a million messages written into the chats of its classes by bare statements; the index is
//! made by the program's own steps. What is timed is the read that a page makes: proofs of all memberships, the search,
//! names, seats and snippets; for history, the proof and a page from a place drawn by chance.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use messenger::{MemberOf, Query, Span, history, index_more, rooms_of, search};
use rusqlite::{Connection, params};
use school::{Denied, Device, PersonId, SessionToken, Viewer};
use store::{Mode, Random, Store};
use time::Date;
use time::macros::date;

use crate::ack::{connect, now};
use crate::figures::Figures;
use crate::process::Stopped;

const MESSAGES: u32 = 1_000_000;
/// Chats of the whole base: the demo's, and classes added to make so many.
const CHATS: usize = 100;
/// Different words; the n-th is written about 1/n times as often as the first.
const VOCABULARY: u32 = 40_000;
const QUERIES: u32 = 300;
const TODAY: Date = date!(2026 - 10 - 14);
/// Milliseconds between two messages: a million of them take most of a year.
const PAUSE: i64 = 25_000;

const COMMON: [&str; 64] = [
    "и",
    "в",
    "на",
    "не",
    "что",
    "завтра",
    "урок",
    "уроки",
    "задание",
    "контрольная",
    "день",
    "дня",
    "оценка",
    "оценок",
    "дети",
    "ребёнок",
    "собрание",
    "школа",
    "класс",
    "учитель",
    "тетрадь",
    "кто",
    "можно",
    "нужно",
    "пожалуйста",
    "спасибо",
    "сегодня",
    "звонок",
    "окно",
    "деньги",
    "пятница",
    "пришёл",
    "придут",
    "экскурсия",
    "музей",
    "автобус",
    "форма",
    "физкультура",
    "математика",
    "русский",
    "чтение",
    "домашнее",
    "страница",
    "номер",
    "упражнение",
    "ёлка",
    "ёлки",
    "праздник",
    "каникулы",
    "расписание",
    "кабинет",
    "перенесли",
    "отменили",
    "будет",
    "принести",
    "взять",
    "сдать",
    "подпись",
    "справка",
    "болеет",
    "температура",
    "обед",
    "столовая",
    "вопрос",
];

/// What is looked for: frequent and rare words, forms, beginnings, several at once, and nothing at all.
const ASKED: [&str; 24] = [
    "урок",
    "уроков",
    "ёлка",
    "елки",
    "контрольная",
    "контр",
    "день",
    "оценка за контрольную",
    "завтра собрание",
    "кон",
    "при",
    "экскурсия в музей",
    "физкультура форма",
    "деньги на экскурсию",
    "ребенок болеет",
    "каб",
    "и",
    "справка температура",
    "абракадабра",
    "кукла барабан",
    "домашнее задание математика страница",
    "звонки",
    "пришла",
    "праздник ёлки",
];

/// Who looks: a person, the number of their chats, what was measured.
struct Seeker {
    what: &'static str,
    viewer: Viewer,
    rooms: usize,
}

/// Measures both; `messages` is less than a million only to try this program out.
pub(crate) fn measure(stopped: &Stopped, rounds: u32, messages: Option<u32>) -> anyhow::Result<()> {
    let messages = messages.unwrap_or(MESSAGES);
    let base = stopped.base.with_file_name("search.db");
    store::backup(&stopped.base, &base, &web::schema())?;
    add_classes(&base)?;
    let begun = Instant::now();
    let chats = fill(&base, messages)?;
    let filled = begun.elapsed();
    let before = std::fs::metadata(&base)?.len();
    let store = Store::open(&base, &web::schema(), Mode::Serve)?;
    let begun = Instant::now();
    while store.write_blocking(|tx| index_more(tx, 20_000))?.more {}
    let indexed = begun.elapsed();
    store.close();
    let size = std::fs::metadata(&base)?.len();
    println!("\nsearch: {messages} messages in {chats} chats, written in {:.1} s", filled.as_secs_f64());
    println!(
        "  index          {:.1} s, {:.0} messages a second, {:.1} MB beside {:.1} MB",
        indexed.as_secs_f64(),
        f64::from(messages) / indexed.as_secs_f64(),
        size.saturating_sub(before) as f64 / 1e6,
        before as f64 / 1e6
    );
    let store = Store::open(&base, &web::schema(), Mode::Serve)?;
    for seeker in seekers(&base, &store)? {
        let queries: Vec<Query> = ASKED.iter().map(|text| Query::parse(text)).collect::<Result<_, _>>()?;
        let find = |n: u32| {
            let query = &queries[n as usize % queries.len()];
            let found = store.read_blocking(|tx| {
                let rooms = rooms_of(tx, &seeker.viewer, TODAY)?;
                search(tx, &rooms, query, None).map_err(Denied::from)
            })?;
            anyhow::Ok(found.hits.len())
        };
        let random = Random::seeded(5);
        let places = store.read_blocking(|tx| {
            let rooms = rooms_of(tx, &seeker.viewer, TODAY)?;
            Ok::<_, Denied>(
                rooms
                    .iter()
                    .map(|room| (room.conversation().id, room.conversation().last_seq))
                    .collect::<Vec<_>>(),
            )
        })?;
        let page = |_: u32| {
            let (chat, last) = places[random.below(u32::try_from(places.len())?) as usize];
            let at = i64::from(random.below(u32::try_from(last.max(1))?));
            let page = store.read_blocking(|tx| {
                let by = MemberOf::ask(tx, &seeker.viewer, chat, TODAY)?;
                history(tx, &by, Span::Around(at), messenger::PAGE).map_err(Denied::from)
            })?;
            anyhow::Ok(page.lines.len())
        };
        println!("  {}, {} chats", seeker.what, seeker.rooms);
        told("search", 20.0, rounds, find)?;
        told("history", 5.0, rounds, page)?;
    }
    store.close();
    Ok(())
}

/// Runs rounds of one thing and prints its middle and its slow end, in milliseconds.
fn told(
    what: &str,
    target: f64,
    rounds: u32,
    run: impl Fn(u32) -> anyhow::Result<usize>,
) -> anyhow::Result<()> {
    let mut of = [Figures::default(), Figures::default(), Figures::default()];
    let mut found = 0;
    // One round to warm the caches up.
    for round in 0..=rounds {
        let mut taken = Vec::new();
        for n in 0..QUERIES {
            let begun = Instant::now();
            found += run(n)?;
            taken.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        taken.sort_by(f64::total_cmp);
        let at = |share: usize| {
            taken.get((taken.len() * share / 100).min(taken.len() - 1)).copied().unwrap_or(f64::NAN)
        };
        if round > 0 {
            of[0].add(at(50));
            of[1].add(at(99));
            of[2].add(at(100));
        }
    }
    if found == 0 {
        bail!("{what} found nothing");
    }
    println!(
        "    {what:<10}  p50 {} ms   p99 {} ms (target ≤ {target:.0})   slowest {} ms",
        of[0].shown(2),
        of[1].shown(2),
        of[2].shown(2)
    );
    Ok(())
}

/// Classes without pupils, so that the base has a hundred chats; heads are in the half of them.
fn add_classes(base: &Path) -> anyhow::Result<()> {
    let conn = connect(base)?;
    let chats: i64 = conn.query_row("SELECT COUNT(*) FROM messenger_conversation", [], |row| row.get(0))?;
    let lacking = i64::try_from(CHATS)?.saturating_sub(chats) / 2;
    for n in 0..lacking {
        let letter = format!("Ъ{n}");
        conn.execute(
            "INSERT INTO school_group (year, kind, title) SELECT MAX(id), 'class', ?1 FROM school_year",
            [&letter],
        )?;
        let whole = conn.last_insert_rowid();
        conn.execute(
            "INSERT INTO school_class_group (year, grade, letter, term_kind, bells, week_days, whole)
             SELECT year, ?1, ?2, term_kind, bells, week_days, ?3 FROM school_class_group ORDER BY id LIMIT 1",
            params![n % 11 + 1, letter, whole],
        )?;
    }
    drop(conn);
    let store = Store::open(base, &web::schema(), Mode::Serve)?;
    store.write_blocking(|tx| messenger::require_link(tx, now(), TODAY, false))?;
    store.write_blocking(|tx| messenger::roster_tick(tx, now(), TODAY))?;
    store.close();
    Ok(())
}

/// A word of the vocabulary: the common ones first, then made of syllables.
fn word(n: u32) -> String {
    const SYLLABLES: [&str; 24] = [
        "ко", "на", "ра", "ви", "то", "ли", "ста", "пе", "ру", "ме", "до", "ша", "ки", "бо", "лу", "тре",
        "сва", "зи", "ня", "гор", "пло", "ву", "че", "жи",
    ];
    if let Some(common) = COMMON.get(n as usize) {
        return (*common).to_owned();
    }
    let (mut rest, mut made) = (n, String::new());
    while rest > 0 {
        made.push_str(SYLLABLES[rest as usize % SYLLABLES.len()]);
        rest /= 24;
    }
    made + ["", "а", "ы", "ом", "ами"][n as usize % 5]
}

/// Writes the messages, of one to fourteen words, into all chats by turns; says how many chats there are.
fn fill(base: &Path, messages: u32) -> anyhow::Result<usize> {
    let mut conn = connect(base)?;
    conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000")?;
    let rooms = rooms(&conn)?;
    if rooms.is_empty() {
        bail!("the demo has no chats");
    }
    let mut last: Vec<(i64, i64)> = rooms
        .iter()
        .map(|(chat, _)| {
            conn.query_row(
                "SELECT last_seq, last_ord FROM messenger_conversation WHERE id = ?1",
                [chat],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
        .collect::<rusqlite::Result<_>>()?;
    let words: Vec<String> = (0..VOCABULARY).map(word).collect();
    let spread = f64::from(VOCABULARY).ln();
    let random = Random::seeded(3);
    let drawn = || {
        let chance = f64::from(random.below(1_000_000)) / 1e6;
        // The rank whose frequency falls as one over it.
        &words[((chance * spread).exp() as usize).saturating_sub(1).min(words.len() - 1)]
    };
    let begins = now().millis();
    let batch = conn.transaction()?;
    {
        let mut insert = batch.prepare(
            "INSERT INTO messenger_message (conv, seq, ord, sender, cid, kind, g, ts, body, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, 'text', ?6, ?7, ?8, 0)",
        )?;
        for n in 0..messages {
            let at = random.below(u32::try_from(rooms.len())?) as usize;
            let (chat, people) = &rooms[at];
            let (seq, ord) = &mut last[at];
            (*seq, *ord) = (*seq + 1, *ord + 1);
            let sender = people[random.below(u32::try_from(people.len())?) as usize];
            let mut cid = [9_u8; 16];
            cid[..4].copy_from_slice(&n.to_be_bytes());
            let text: Vec<&str> = (0..=random.below(14)).map(|_| drawn().as_str()).collect();
            let ts = begins + i64::from(n) * PAUSE;
            insert.execute(params![chat, *seq, *ord, sender, cid.as_slice(), 1, ts, text.join(" ")])?;
        }
        let ts = begins + i64::from(messages) * PAUSE;
        for ((chat, _), (seq, ord)) in rooms.iter().zip(&last) {
            batch.execute(
                "UPDATE messenger_conversation SET last_seq = ?2, last_ord = ?3, last_ts = ?4 WHERE id = ?1",
                params![chat, seq, ord, ts],
            )?;
        }
    }
    batch.commit()?;
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(rooms.len())
}

/// The chats with the people in them; one without people gets a head, who writes there from time to time.
fn rooms(conn: &Connection) -> anyhow::Result<Vec<(i64, Vec<i64>)>> {
    let somebody: i64 = conn.query_row("SELECT MIN(id) FROM school_person", [], |row| row.get(0))?;
    let chats: Vec<i64> = conn
        .prepare("SELECT id FROM messenger_conversation ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut people =
        conn.prepare("SELECT person FROM messenger_member WHERE conv = ?1 AND left_g IS NULL")?;
    let mut rooms = Vec::new();
    for chat in chats {
        let mut inside: Vec<i64> =
            people.query_map([chat], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        if inside.is_empty() {
            inside.push(somebody);
        }
        rooms.push((chat, inside));
    }
    Ok(rooms)
}

/// Those with the fewest, a middle number and the most chats.
fn seekers(base: &Path, store: &Store) -> anyhow::Result<Vec<Seeker>> {
    let conn = connect(base)?;
    let mut people: Vec<(PersonId, usize)> = conn
        .prepare("SELECT person, COUNT(*) AS chats FROM messenger_member WHERE left_g IS NULL GROUP BY person ORDER BY chats, person")?
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?
        .map(|row| row.map(|(person, chats)| (person, usize::try_from(chats).unwrap_or(0))))
        .collect::<rusqlite::Result<_>>()?;
    people.dedup_by_key(|(_, chats)| *chats);
    let last = people.len().checked_sub(1).context("the demo has nobody in a chat")?;
    let random = Random::seeded(8);
    let mut found = Vec::new();
    for (what, at) in [("few", 0), ("some", last / 2), ("most", last)] {
        let (person, rooms) = people[at];
        let token = SessionToken::draw(&random);
        let viewer = store.write_blocking(move |tx| {
            let device = Device { address: "127.0.0.1".to_owned(), name: "bench".to_owned() };
            let way = school::SignInWay::StandIn;
            let arrival = school::Arrival { device: &device, way, remember: false };
            school::open_session(tx, now(), person, &token, &arrival, None)
        })?;
        found.push(Seeker { what, viewer, rooms });
    }
    Ok(found)
}
