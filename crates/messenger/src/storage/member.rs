use rusqlite::{Row, params};
use school::PersonId;
use store::{ReadTx, WriteTx, sql};

use super::bad_word;
use super::conversation::{ConversationRow, row_of};
use crate::{ConversationId, MemberRole, Place, Seat};

/// An open interval of membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemberRow {
    pub(crate) conv: ConversationId,
    pub(crate) person: PersonId,
    pub(crate) seat: Seat,
    pub(crate) role: MemberRole,
    pub(crate) joined_g: i64,
    pub(crate) visible_from: i64,
}

pub(super) fn seat_of(row: &Row<'_>) -> rusqlite::Result<Seat> {
    let seat: String = row.get("seat")?;
    Seat::from_word(&seat).ok_or_else(|| bad_word("seat"))
}

pub(super) fn role_of(row: &Row<'_>) -> rusqlite::Result<MemberRole> {
    let role: String = row.get("role")?;
    MemberRole::from_word(&role).ok_or_else(|| bad_word("role of member"))
}

fn member_of(row: &Row<'_>) -> rusqlite::Result<MemberRow> {
    Ok(MemberRow {
        conv: row.get("conv")?,
        person: row.get("person")?,
        seat: seat_of(row)?,
        role: role_of(row)?,
        joined_g: row.get("joined_g")?,
        visible_from: row.get("visible_from_seq")?,
    })
}

/// A person's open membership of a chat with the chat, asked in one go for the proof.
pub(crate) fn find_with_chat(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<Option<(ConversationRow, MemberRow)>, store::Error> {
    tx.find(
        sql!(
            "SELECT c.id, c.kind, c.class_group, c.title, c.state, c.history_mode, c.last_seq, c.last_ts, c.reactions,
                    c.grp, c.subject, c.one, c.other,
                    m.conv, m.person, m.seat, m.role, m.joined_g, m.visible_from_seq
             FROM messenger_member m JOIN messenger_conversation c ON c.id = m.conv
             WHERE m.conv = ?1 AND m.person = ?2 AND m.left_g IS NULL"
        ),
        params![conv, person],
        |row| Ok((row_of(row)?, member_of(row)?)),
    )
}

pub(crate) fn find(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<Option<MemberRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT conv, person, seat, role, joined_g, visible_from_seq FROM messenger_member
             WHERE conv = ?1 AND person = ?2 AND left_g IS NULL"
        ),
        params![conv, person],
        member_of,
    )
}

pub(crate) fn of_chat(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Vec<MemberRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT conv, person, seat, role, joined_g, visible_from_seq FROM messenger_member
             WHERE conv = ?1 AND left_g IS NULL ORDER BY person"
        ),
        [conv],
        member_of,
    )
}

pub(crate) fn of_person(tx: &ReadTx<'_>, person: PersonId) -> Result<Vec<MemberRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT conv, person, seat, role, joined_g, visible_from_seq FROM messenger_member
             WHERE person = ?1 AND left_g IS NULL ORDER BY conv"
        ),
        [person],
        member_of,
    )
}

/// Whether some membership of a person in a chat, open or ended, lies at least in part between two commands.
pub(crate) fn was_between(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    person: PersonId,
    after: i64,
    before: i64,
) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_member
                 WHERE conv = ?1 AND person = ?2 AND joined_g < ?4 AND (left_g IS NULL OR left_g > ?3))"
        ),
        params![conv, person, after, before],
        |row| row.get(0),
    )
}

/// The members of staff who sit in a chat.
pub(crate) fn staff_of(tx: &ReadTx<'_>, conv: ConversationId) -> Result<Vec<PersonId>, store::Error> {
    tx.list(
        sql!(
            "SELECT person FROM messenger_member
             WHERE conv = ?1 AND left_g IS NULL AND seat NOT IN ('pupil', 'guardian') ORDER BY person"
        ),
        [conv],
        |row| row.get(0),
    )
}

pub(crate) fn all(tx: &ReadTx<'_>) -> Result<Vec<MemberRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT conv, person, seat, role, joined_g, visible_from_seq FROM messenger_member
             WHERE left_g IS NULL ORDER BY conv, person"
        ),
        [],
        member_of,
    )
}

/// The seats that senders of a chat have or had last: a leaver's words keep their badge.
pub(crate) fn last_seats(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    people: &[PersonId],
) -> Result<Vec<(PersonId, Seat)>, store::Error> {
    tx.list(
        sql!(
            "SELECT person, seat, MAX(joined_g) FROM messenger_member
             WHERE conv = ?1 AND person IN (SELECT value FROM json_each(?2)) GROUP BY person"
        ),
        params![conv, super::id_list(people.iter().map(|person| person.get()))],
        |row| Ok((row.get("person")?, seat_of(row)?)),
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    person: PersonId,
    place: Place,
    visible_from: i64,
) -> Result<(), store::Error> {
    let g = tx.g();
    // Whoever leaves and joins within one command has the one interval of that command. What was purged by its age is
    // below everybody's first message (MSG-S8).
    tx.execute(
        sql!(
            "INSERT INTO messenger_member (conv, person, role, seat, origin, joined_g, visible_from_seq)
             VALUES (?1, ?2, ?3, ?4, 'roster', ?5,
                 MAX(?6, (SELECT purged_upto + 1 FROM messenger_conversation WHERE id = ?1)))
             ON CONFLICT (conv, person, joined_g) DO UPDATE
             SET left_g = NULL, role = excluded.role, seat = excluded.seat"
        ),
        params![conv, person, place.role.word(), place.seat.word(), g, visible_from],
    )?;
    Ok(())
}

pub(crate) fn reseat(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    person: PersonId,
    place: Place,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE messenger_member SET seat = ?3, role = ?4 WHERE conv = ?1 AND person = ?2 AND left_g IS NULL"
        ),
        params![conv, person, place.seat.word(), place.role.word()],
    )?;
    Ok(())
}

pub(crate) fn close(
    tx: &mut WriteTx<'_>,
    conv: ConversationId,
    person: PersonId,
) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(
        sql!("UPDATE messenger_member SET left_g = ?3 WHERE conv = ?1 AND person = ?2 AND left_g IS NULL"),
        params![conv, person, g],
    )?;
    Ok(())
}
