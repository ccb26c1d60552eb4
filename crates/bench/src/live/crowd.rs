//! People of the demo with a session each, and a class that has as many members as wanted.

use std::path::Path;

use anyhow::{Context as _, bail};
use messenger::{ClientId, ConversationId};
use rusqlite::params;
use school::{Device, PersonId, SessionToken, Zone};
use serde_json::json;
use store::{Mode, Random, Store};
use web::Clock;

use crate::ack::connect;

/// Where the demo school lives.
const ZONE: &str = "Europe/Moscow";
const TEXT: &str = "сколько будет в пункте «б»? У меня вышло 48, а в ответе 46.";
/// Before the number of a message in its text.
pub(super) const MARK: &str = "bench-";

/// Cookies of sessions, and two chats.
pub(super) struct Crowd {
    /// The members of the class chat.
    pub(super) room: Vec<String>,
    /// The class chat.
    pub(super) chat: ConversationId,
    /// All who hear announcements; the first one writes them.
    pub(super) all: Vec<String>,
    /// The announcements of the school.
    pub(super) news: ConversationId,
    random: Random,
}

impl Crowd {
    /// Changes a base that nobody serves.
    pub(super) fn gather(base: &Path, members: usize) -> anyhow::Result<Self> {
        let (now, random) = (Clock::System.now(), Random::system());
        let zone = Zone::find(ZONE).map_err(|error| anyhow::anyhow!("no zone {}", error.name))?;
        let today = zone.date(now);
        let class = make_class(base, members, today)?;
        let store = Store::open(base, &web::schema(), Mode::Serve)?;
        store.write_blocking(move |tx| messenger::roster_tick(tx, now, today))?;
        let conn = connect(base)?;
        let chat: ConversationId = conn.query_row(
            "SELECT id FROM messenger_conversation WHERE kind = 'class_chat' AND class_group = ?1",
            [class],
            |row| row.get(0),
        )?;
        let news: ConversationId = conn.query_row(
            "SELECT id FROM messenger_conversation WHERE kind = 'school_news' ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )?;
        // Who may write comes first.
        let members_of = |conversation| {
            conn.prepare(
                "SELECT m.person FROM messenger_member m
                 JOIN school_account c ON c.person = m.person AND c.blocked_at IS NULL
                 WHERE m.conv = ?1 AND m.left_g IS NULL ORDER BY m.role <> 'moderator', m.person",
            )?
            .query_map([conversation], |row| row.get::<_, PersonId>(0))?
            .collect::<rusqlite::Result<Vec<_>>>()
        };
        let open = |people: Vec<PersonId>| {
            let mut tokens = Vec::new();
            for person in people {
                let token = SessionToken::draw(&random);
                tokens.push(token.cookie().to_owned());
                store.write_blocking(move |tx| {
                    let device = Device { address: "127.0.0.1".to_owned(), name: "bench".to_owned() };
                    let way = school::SignInWay::StandIn;
                    let arrival = school::Arrival { device: &device, way, remember: false };
                    school::open_session(tx, now, person, &token, &arrival, None)
                })?;
            }
            anyhow::Ok(tokens)
        };
        let (room, all) = (open(members_of(chat)?)?, open(members_of(news)?)?);
        store.close();
        if room.len() != members {
            bail!("the class chat has {} members instead of {members}", room.len());
        }
        Ok(Self { room, chat, all, news, random })
    }

    /// So many cookies, each session again and again.
    pub(super) fn spread(&self, count: usize) -> Vec<String> {
        self.all.iter().cycle().take(count).cloned().collect()
    }

    /// The command that sends a numbered message.
    pub(super) fn message(&self, conversation: ConversationId, number: u32) -> anyhow::Result<String> {
        message(&self.random, conversation, number)
    }
}

/// The command that sends a numbered message.
pub(super) fn message(random: &Random, conversation: ConversationId, number: u32) -> anyhow::Result<String> {
    let cid = ClientId::from_bytes(random.bytes()).map_err(|_| anyhow::anyhow!("a zero id"))?;
    let text = format!("{MARK}{number:06} {TEXT}");
    Ok(json!({"t": "send", "re": number, "conv": conversation, "cid": cid, "text": text}).to_string())
}

/// A class of linked pupils and a homeroom teacher.
fn make_class(base: &Path, members: usize, today: time::Date) -> anyhow::Result<i64> {
    let conn = connect(base)?;
    let linked = |role: &str, count: usize| {
        conn.prepare(
            "SELECT DISTINCT a.person FROM messenger_access a
             JOIN school_role_grant r ON r.person = a.person AND r.role = ?1 AND r.ends IS NULL
             JOIN school_account c ON c.person = a.person AND c.blocked_at IS NULL ORDER BY a.person LIMIT ?2",
        )?
        .query_map(params![role, i64::try_from(count).unwrap_or(i64::MAX)], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()
    };
    let wanted = members.saturating_sub(1);
    let pupils = linked("pupil", wanted)?;
    let homeroom = *linked("teacher", 1)?.first().context("the demo has no linked teacher")?;
    if pupils.len() < wanted {
        bail!("the demo has only {} linked pupils", pupils.len());
    }
    conn.execute(
        "INSERT INTO school_group (year, kind, title) SELECT year, 'class', '9 Ы' FROM school_class_group
         ORDER BY id DESC LIMIT 1",
        [],
    )?;
    let whole = conn.last_insert_rowid();
    conn.execute(
        "INSERT INTO school_class_group (year, grade, letter, term_kind, bells, week_days, whole)
         SELECT year, 9, 'Ы', term_kind, bells, week_days, ?1 FROM school_class_group ORDER BY id DESC LIMIT 1",
        [whole],
    )?;
    let class = conn.last_insert_rowid();
    for pupil in pupils {
        conn.execute(
            "UPDATE school_membership SET ends = MAX(starts, ?2) WHERE person = ?1 AND ends IS NULL",
            params![pupil, today],
        )?;
        conn.execute(
            "INSERT INTO school_membership (person, grp, starts) VALUES (?1, ?2, ?3)",
            params![pupil, whole, today],
        )?;
    }
    conn.execute(
        "INSERT INTO school_role_grant (person, role, class_group, starts) VALUES (?1, 'homeroom_teacher', ?2, ?3)",
        params![homeroom, class, today],
    )?;
    Ok(class)
}
