use messenger::ConversationId;
use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::{bad_word, id_list};
use crate::{Call, CallId, CallPlace, CallRules, CallState, EndWhy, LessonRef};

fn call_of(row: &Row<'_>) -> rusqlite::Result<Call> {
    let state: String = row.get("state")?;
    let (chat, lesson): (Option<ConversationId>, Option<LessonRef>) = (row.get("conv")?, row.get("lesson")?);
    let place = match (chat, lesson) {
        (Some(chat), _) => CallPlace::Chat(chat),
        (None, Some(lesson)) => CallPlace::Lesson(lesson),
        (None, None) => return Err(bad_word("place of a call")),
    };
    let (ended, why): (Option<UtcInstant>, Option<String>) = (row.get("ended")?, row.get("why")?);
    let why = why.map(|why| EndWhy::from_word(&why).ok_or_else(|| bad_word("end of a call"))).transpose()?;
    Ok(Call {
        id: row.get("id")?,
        place,
        state: CallState::from_word(&state).ok_or_else(|| bad_word("state of a call"))?,
        since: row.get("since")?,
        begun_by: row.get("begun_by")?,
        begun: row.get("begun")?,
        led: row.get("led")?,
        ended: ended.zip(why),
        rules: CallRules {
            quiet: row.get("quiet")?,
            microphones: row.get("microphones")?,
            cameras: row.get("cameras")?,
            screens: row.get("screens")?,
        },
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, call: CallId) -> Result<Option<Call>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, lesson, state, since, begun, begun_by, led, ended, why, quiet, microphones, cameras, screens
             FROM calls_call WHERE id = ?1"
        ),
        [call],
        call_of,
    )
}

pub(crate) fn live_of_chat(tx: &ReadTx<'_>, chat: ConversationId) -> Result<Option<Call>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, lesson, state, since, begun, begun_by, led, ended, why, quiet, microphones, cameras, screens
             FROM calls_call WHERE conv = ?1 AND state <> 'ended'"
        ),
        [chat],
        call_of,
    )
}

pub(crate) fn of_lesson(tx: &ReadTx<'_>, lesson: LessonRef) -> Result<Option<Call>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, conv, lesson, state, since, begun, begun_by, led, ended, why, quiet, microphones, cameras, screens
             FROM calls_call WHERE lesson = ?1"
        ),
        [lesson],
        call_of,
    )
}

pub(crate) fn live(tx: &ReadTx<'_>) -> Result<Vec<Call>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, lesson, state, since, begun, begun_by, led, ended, why, quiet, microphones, cameras, screens
             FROM calls_call WHERE state <> 'ended' ORDER BY id"
        ),
        [],
        call_of,
    )
}

/// A call that took place, with the commands between which it did.
pub(crate) struct HeldRow {
    pub(crate) call: Call,
    pub(crate) led_g: i64,
    pub(crate) ended_g: i64,
}

/// Calls that took place and are over since a moment, without a person.
pub(crate) fn missed(
    tx: &ReadTx<'_>,
    since: UtcInstant,
    person: PersonId,
    chats: &[ConversationId],
    lessons: &[LessonRef],
) -> Result<Vec<HeldRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, conv, lesson, state, since, begun, begun_by, led, ended, why, quiet, microphones, cameras, screens,
                    led_g, ended_g
             FROM calls_call c
             WHERE ended >= ?1 AND led IS NOT NULL
               AND (conv IN (SELECT value FROM json_each(?3)) OR lesson IN (SELECT value FROM json_each(?4)))
               AND NOT EXISTS (SELECT 1 FROM calls_entry e WHERE e.person = ?2 AND e.call = c.id)
             ORDER BY ended DESC"
        ),
        params![
            since,
            person,
            id_list(chats.iter().map(|chat| chat.get())),
            id_list(lessons.iter().map(|lesson| lesson.get()))
        ],
        |row| Ok(HeldRow { call: call_of(row)?, led_g: row.get("led_g")?, ended_g: row.get("ended_g")? }),
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    place: CallPlace,
    state: CallState,
    by: Option<PersonId>,
    rules: CallRules,
) -> Result<CallId, store::Error> {
    let (chat, lesson) = match place {
        CallPlace::Chat(chat) => (Some(chat), None),
        CallPlace::Lesson(lesson) => (None, Some(lesson)),
    };
    let id = tx.insert(
        sql!(
            "INSERT INTO calls_call (conv, lesson, state, begun, begun_by, since, quiet, microphones, cameras, screens)
             VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?6, ?7, ?8, ?9)"
        ),
        params![
            chat,
            lesson,
            state.word(),
            now,
            by,
            rules.quiet,
            rules.microphones,
            rules.cameras,
            rules.screens
        ],
    )?;
    Ok(CallId::from_row(id))
}

pub(crate) fn set_state(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    call: CallId,
    state: CallState,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE calls_call SET state = ?2, since = ?3 WHERE id = ?1"),
        params![call, state.word(), now],
    )?;
    Ok(())
}

pub(crate) fn set_led(tx: &mut WriteTx<'_>, now: UtcInstant, call: CallId) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(sql!("UPDATE calls_call SET led = ?2, led_g = ?3 WHERE id = ?1"), params![call, now, g])?;
    Ok(())
}

pub(crate) fn set_rules(tx: &mut WriteTx<'_>, call: CallId, rules: CallRules) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE calls_call SET quiet = ?2, microphones = ?3, cameras = ?4, screens = ?5 WHERE id = ?1"),
        params![call, rules.quiet, rules.microphones, rules.cameras, rules.screens],
    )?;
    Ok(())
}

pub(crate) fn end(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    call: CallId,
    why: EndWhy,
) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(
        sql!(
            "UPDATE calls_call SET state = 'ended', since = ?2, ended = ?2, ended_g = ?4, why = ?3 WHERE id = ?1"
        ),
        params![call, now, why.word(), g],
    )?;
    Ok(())
}

/// Takes a call out that nobody has entered.
pub(crate) fn forget(tx: &mut WriteTx<'_>, call: CallId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM calls_seat WHERE call = ?1"), [call])?;
    tx.execute(sql!("DELETE FROM calls_call WHERE id = ?1"), [call])?;
    Ok(())
}
