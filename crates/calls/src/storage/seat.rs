use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{CallId, Hand, Marks, Part, Source};

/// What is kept about a person in a call.
pub(crate) struct SeatRow {
    pub(crate) part: Part,
    pub(crate) marks: Marks,
    pub(crate) hand: Option<UtcInstant>,
}

fn seat_of(row: &Row<'_>) -> rusqlite::Result<SeatRow> {
    let part: String = row.get("part")?;
    Ok(SeatRow {
        part: Part::from_word(&part).ok_or_else(|| bad_word("part in a call"))?,
        marks: Marks {
            microphone: row.get("microphone")?,
            camera: row.get("camera")?,
            screen: row.get("screen")?,
            kept_out: row.get::<_, Option<UtcInstant>>("kept_out")?.is_some(),
        },
        hand: row.get("hand")?,
    })
}

pub(crate) fn find(tx: &ReadTx<'_>, call: CallId, person: PersonId) -> Result<Option<SeatRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT part, microphone, camera, screen, hand, kept_out FROM calls_seat
             WHERE call = ?1 AND person = ?2"
        ),
        params![call, person],
        seat_of,
    )
}

/// Gives a person a seat, or another part in the one they have.
pub(crate) fn sit(
    tx: &mut WriteTx<'_>,
    call: CallId,
    person: PersonId,
    part: Part,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO calls_seat (call, person, part) VALUES (?1, ?2, ?3)
             ON CONFLICT (call, person) DO UPDATE SET part = excluded.part"
        ),
        params![call, person, part.word()],
    )?;
    Ok(())
}

pub(crate) fn set_mark(
    tx: &mut WriteTx<'_>,
    call: CallId,
    person: PersonId,
    source: Source,
    on: bool,
) -> Result<(), store::Error> {
    let statement = match source {
        Source::Microphone => sql!("UPDATE calls_seat SET microphone = ?3 WHERE call = ?1 AND person = ?2"),
        Source::Camera => sql!("UPDATE calls_seat SET camera = ?3 WHERE call = ?1 AND person = ?2"),
        Source::Screen => sql!("UPDATE calls_seat SET screen = ?3 WHERE call = ?1 AND person = ?2"),
    };
    tx.execute(statement, params![call, person, on])?;
    Ok(())
}

/// Forgets what was decided about single people and a source; says whether there was anything.
pub(crate) fn forget(tx: &mut WriteTx<'_>, call: CallId, source: Source) -> Result<bool, store::Error> {
    let statement = match source {
        Source::Microphone => {
            sql!("UPDATE calls_seat SET microphone = NULL WHERE call = ?1 AND microphone IS NOT NULL")
        }
        Source::Camera => {
            sql!("UPDATE calls_seat SET camera = NULL WHERE call = ?1 AND camera IS NOT NULL")
        }
        Source::Screen => {
            sql!("UPDATE calls_seat SET screen = NULL WHERE call = ?1 AND screen IS NOT NULL")
        }
    };
    Ok(tx.execute(statement, [call])? > 0)
}

pub(crate) fn keep_out(
    tx: &mut WriteTx<'_>,
    call: CallId,
    person: PersonId,
    by: Option<(UtcInstant, PersonId)>,
) -> Result<(), store::Error> {
    let (at, by) = by.unzip();
    tx.execute(
        sql!("UPDATE calls_seat SET kept_out = ?3, kept_by = ?4 WHERE call = ?1 AND person = ?2"),
        params![call, person, at, by],
    )?;
    Ok(())
}

pub(crate) fn set_hand(
    tx: &mut WriteTx<'_>,
    call: CallId,
    person: PersonId,
    since: Option<UtcInstant>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!("UPDATE calls_seat SET hand = ?3 WHERE call = ?1 AND person = ?2"),
        params![call, person, since],
    )?;
    Ok(())
}

/// Takes one hand down, or all; says whether any was up.
pub(crate) fn lower_hands(
    tx: &mut WriteTx<'_>,
    call: CallId,
    whose: Option<PersonId>,
) -> Result<bool, store::Error> {
    let lowered = tx.execute(
        sql!(
            "UPDATE calls_seat SET hand = NULL
             WHERE call = ?1 AND hand IS NOT NULL AND (?2 IS NULL OR person = ?2)"
        ),
        params![call, whose],
    )?;
    Ok(lowered > 0)
}

pub(crate) fn hands(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<Hand>, store::Error> {
    tx.list(
        sql!(
            "SELECT person, hand FROM calls_seat WHERE call = ?1 AND hand IS NOT NULL AND kept_out IS NULL
             ORDER BY hand, person"
        ),
        [call],
        |row| Ok(Hand { person: row.get(0)?, since: row.get(1)? }),
    )
}

/// Whom leaders have removed and not let back.
pub(crate) fn kept_out(tx: &ReadTx<'_>, call: CallId) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT person FROM calls_seat WHERE call = ?1 AND kept_out IS NOT NULL ORDER BY kept_out, person"
        ),
        [call],
        |row| row.get(0),
    )
}
