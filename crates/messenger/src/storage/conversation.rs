use rusqlite::{Row, params};
use school::{ClassGroupId, GroupId, PersonId, SubjectId, YearId};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{ChatKind, ChatState, ConversationId, Hush, Seat};

/// A chat's row.
#[derive(Clone, Debug)]
pub(crate) struct ConversationRow {
    pub(crate) id: ConversationId,
    pub(crate) kind: ChatKind,
    pub(crate) class: Option<ClassGroupId>,
    pub(crate) title: Option<String>,
    pub(crate) state: ChatState,
    pub(crate) keeps_year: bool,
    pub(crate) last_seq: i64,
    pub(crate) last_ts: UtcInstant,
    pub(crate) reactions: bool,
    /// A course's, or the class of a pupils' group as a whole.
    pub(crate) group: Option<GroupId>,
    pub(crate) subject: Option<SubjectId>,
    /// The pupil, the child, or the one of two with the lower id.
    pub(crate) one: Option<PersonId>,
    /// The adult of the school, or the other of two.
    pub(crate) other: Option<PersonId>,
}

pub(super) fn row_of(row: &Row<'_>) -> rusqlite::Result<ConversationRow> {
    let kind: String = row.get("kind")?;
    let state: String = row.get("state")?;
    let mode: String = row.get("history_mode")?;
    Ok(ConversationRow {
        id: row.get("id")?,
        kind: ChatKind::from_word(&kind).ok_or_else(|| bad_word("kind of chat"))?,
        class: row.get("class_group")?,
        title: row.get("title")?,
        state: ChatState::from_word(&state).ok_or_else(|| bad_word("state of chat"))?,
        keeps_year: mode == "all_year",
        last_seq: row.get("last_seq")?,
        last_ts: row.get("last_ts")?,
        reactions: row.get("reactions")?,
        group: row.get("grp")?,
        subject: row.get("subject")?,
        one: row.get("one")?,
        other: row.get("other")?,
    })
}

pub(crate) fn insert_of_class(
    tx: &mut WriteTx<'_>,
    kind: ChatKind,
    class: ClassGroupId,
    year: YearId,
) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(
        sql!(
            "INSERT INTO messenger_conversation
                 (kind, class_group, school_year, history_mode, state, last_seq, last_ord, last_g, last_ts)
             VALUES (?1, ?2, ?3, 'all_year', 'open', 0, 0, ?4, 0)"
        ),
        params![kind.word(), class, year, g],
    )?;
    Ok(())
}

pub(crate) fn of_class(tx: &ReadTx<'_>, class: ClassGroupId) -> Result<Vec<ConversationRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, class_group, title, state, history_mode, last_seq, last_ts, reactions,
                    grp, subject, one, other
             FROM messenger_conversation WHERE class_group = ?1 ORDER BY id"
        ),
        [class],
        row_of,
    )
}

/// A chat that does not exist yet, of a kind other than a class's.
#[derive(Default)]
pub(crate) struct NewChat<'a> {
    pub(crate) year: Option<YearId>,
    pub(crate) title: Option<&'a str>,
    pub(crate) group: Option<GroupId>,
    pub(crate) subject: Option<SubjectId>,
    pub(crate) one: Option<PersonId>,
    pub(crate) other: Option<PersonId>,
    pub(crate) created_by: Option<PersonId>,
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    kind: ChatKind,
    chat: &NewChat<'_>,
) -> Result<ConversationId, store::Error> {
    let g = tx.g();
    let mode = if kind.keeps_year() { "all_year" } else { "from_join" };
    tx.insert(
        sql!(
            "INSERT INTO messenger_conversation
                 (kind, title, school_year, history_mode, state, last_seq, last_ord, last_g, last_ts,
                  grp, subject, one, other, created_by, created_ts)
             VALUES (?1, ?2, ?3, ?4, 'open', 0, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
        ),
        params![
            kind.word(),
            chat.title,
            chat.year,
            mode,
            g,
            // An empty chat that somebody has just begun stands on top of the list.
            chat.created_by.map_or(UtcInstant::from_millis(0), |_| now),
            chat.group,
            chat.subject,
            chat.one,
            chat.other,
            chat.created_by,
            now
        ],
    )
    .map(ConversationId::from_row)
}

/// The chat between these people, if there is one.
pub(crate) fn find_pair(
    tx: &ReadTx<'_>,
    kind: ChatKind,
    one: PersonId,
    other: Option<PersonId>,
) -> Result<Option<ConversationId>, store::Error> {
    tx.find(
        sql!(
            "SELECT id FROM messenger_conversation WHERE kind = ?1 AND one = ?2 AND COALESCE(other, 0) = ?3"
        ),
        params![kind.word(), one, other.map_or(0, PersonId::get)],
        |row| row.get(0),
    )
}

pub(crate) fn find(tx: &ReadTx<'_>, id: ConversationId) -> Result<Option<ConversationRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, kind, class_group, title, state, history_mode, last_seq, last_ts, reactions,
                    grp, subject, one, other
             FROM messenger_conversation WHERE id = ?1"
        ),
        [id],
        row_of,
    )
}

/// The chats of some courses.
pub(crate) fn of_groups(tx: &ReadTx<'_>, groups: &[GroupId]) -> Result<Vec<ConversationRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, class_group, title, state, history_mode, last_seq, last_ts, reactions,
                    grp, subject, one, other
             FROM messenger_conversation WHERE grp IN (SELECT value FROM json_each(?1)) ORDER BY id"
        ),
        [super::id_list(groups.iter().map(|group| group.get()))],
        row_of,
    )
}

/// The chats that belong to some school years, parts of classes or subjects.
pub(crate) fn of_added(
    tx: &ReadTx<'_>,
    years: &[YearId],
    groups: &[GroupId],
    subjects: &[SubjectId],
) -> Result<Vec<ConversationRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, class_group, title, state, history_mode, last_seq, last_ts, reactions,
                    grp, subject, one, other
             FROM messenger_conversation
             WHERE school_year IN (SELECT value FROM json_each(?1)) OR grp IN (SELECT value FROM json_each(?2))
                OR subject IN (SELECT value FROM json_each(?3)) ORDER BY id"
        ),
        params![
            super::id_list(years.iter().map(|year| year.get())),
            super::id_list(groups.iter().map(|group| group.get())),
            super::id_list(subjects.iter().map(|subject| subject.get()))
        ],
        row_of,
    )
}

/// The chats of a school year that are not a class's nor a course's.
pub(crate) fn of_year(tx: &ReadTx<'_>, year: YearId) -> Result<Vec<ConversationRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, class_group, title, state, history_mode, last_seq, last_ts, reactions,
                    grp, subject, one, other
             FROM messenger_conversation
             WHERE kind IN ('school_news', 'staff_room') AND school_year = ?1 ORDER BY id"
        ),
        [year],
        row_of,
    )
}

/// The chats whose people follow from one of these people, or that have one of them on their list.
pub(crate) fn about(tx: &ReadTx<'_>, people: &[PersonId]) -> Result<Vec<ConversationRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, class_group, title, state, history_mode, last_seq, last_ts, reactions,
                    grp, subject, one, other
             FROM messenger_conversation c
             WHERE (one IS NOT NULL OR kind IN ('staff_group', 'pupils_group')) AND state <> 'archived'
               AND (one IN (SELECT value FROM json_each(?1)) OR other IN (SELECT value FROM json_each(?1))
                    OR EXISTS (SELECT 1 FROM messenger_roll r WHERE r.conv = c.id
                               AND r.person IN (SELECT value FROM json_each(?1))))
             ORDER BY id"
        ),
        [super::id_list(people.iter().map(|person| person.get()))],
        row_of,
    )
}

/// All chats of people and lists.
pub(crate) fn of_people(tx: &ReadTx<'_>) -> Result<Vec<ConversationRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, kind, class_group, title, state, history_mode, last_seq, last_ts, reactions,
                    grp, subject, one, other
             FROM messenger_conversation
             WHERE (one IS NOT NULL OR kind IN ('staff_group', 'pupils_group')) AND state <> 'archived' ORDER BY id"
        ),
        [],
        row_of,
    )
}

pub(crate) fn set_reactions(tx: &mut WriteTx<'_>, id: ConversationId, on: bool) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE messenger_conversation SET reactions = ?2 WHERE id = ?1"), params![id, on])?;
    Ok(())
}

pub(crate) fn set_title(tx: &mut WriteTx<'_>, id: ConversationId, title: &str) -> Result<(), store::Error> {
    tx.execute(sql!("UPDATE messenger_conversation SET title = ?2 WHERE id = ?1"), params![id, title])?;
    Ok(())
}

/// The classes whose chats are not archived yet, this year's or not.
pub(crate) fn classes(tx: &ReadTx<'_>) -> Result<Vec<ClassGroupId>, store::Error> {
    tx.list(
        sql!(
            "SELECT DISTINCT class_group FROM messenger_conversation
             WHERE class_group IS NOT NULL AND state <> 'archived' ORDER BY class_group"
        ),
        [],
        |row| row.get(0),
    )
}

/// What a sent message got: its number, its count, its moment.
pub(crate) struct Numbered {
    pub(crate) seq: i64,
    pub(crate) ord: i64,
    pub(crate) ts: UtcInstant,
}

pub(crate) fn count_up(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
) -> Result<Numbered, store::Error> {
    let g = tx.g();
    // The moment never goes back, whatever the clock does (MSG-E4).
    tx.returning(
        sql!(
            "UPDATE messenger_conversation
             SET last_seq = last_seq + 1, last_ord = last_ord + 1, last_g = ?2, last_ts = MAX(last_ts, ?3)
             WHERE id = ?1 RETURNING last_seq, last_ord, last_ts"
        ),
        params![conv, g, now],
        |row| Ok(Numbered { seq: row.get(0)?, ord: row.get(1)?, ts: row.get(2)? }),
    )?
    .ok_or(store::Error::NoRow)
}

pub(crate) fn touch(tx: &mut WriteTx<'_>, conv: ConversationId) -> Result<(), store::Error> {
    let g = tx.g();
    tx.execute(sql!("UPDATE messenger_conversation SET last_g = ?2 WHERE id = ?1"), params![conv, g])?;
    Ok(())
}

/// A chat in a person's list, with its unread count.
pub(crate) struct ListedRow {
    pub(crate) conversation: ConversationRow,
    pub(crate) visible_from: i64,
    pub(crate) unread: u32,
    pub(crate) seat: Seat,
    pub(crate) may_write: bool,
    /// Whether an unread message calls the person by name.
    pub(crate) called: bool,
    /// How many of the unread ones are urgent.
    pub(crate) urgent: u32,
    /// How many others of them call the person by name.
    pub(crate) calls: u32,
    /// How the person has hushed the chat, in force or over.
    pub(crate) hush: Option<Hush>,
}

pub(crate) fn list(tx: &ReadTx<'_>, person: PersonId) -> Result<Vec<ListedRow>, store::Error> {
    // Unread = last_ord − ord of the last message below the pointer − deleted ones above it, and own ones that went out
    // by their time: a few index look-ups a
    // chat, no count over the history.
    tx.list(
        sql!(
            "WITH mine AS (
                 SELECT c.id, c.kind, c.class_group, c.title, c.state, c.history_mode, c.last_seq, c.last_ord, c.last_ts,
                        c.reactions, c.grp, c.subject, c.one, c.other, m.seat, m.role,
                        m.visible_from_seq, MAX(COALESCE(r.unread_from, 1), m.visible_from_seq) AS unread_from,
                        COALESCE((SELECT x.ord FROM messenger_message x WHERE x.conv = m.conv
                            AND x.seq = MAX(COALESCE(r.unread_from, 1), m.visible_from_seq) - 1), 0) AS below
                 FROM messenger_member m
                 JOIN messenger_conversation c ON c.id = m.conv
                 LEFT JOIN messenger_read r ON r.conv = m.conv AND r.person = m.person
                 WHERE m.person = ?1 AND m.left_g IS NULL)
             SELECT mine.*, last_ord - below - (SELECT COUNT(*) FROM messenger_message d
                 WHERE d.conv = mine.id AND d.ord > below AND d.deleted_g IS NOT NULL)
                 - (SELECT COUNT(*) FROM messenger_message o WHERE o.conv = mine.id AND o.ord > below
                     AND o.scheduled = 1 AND o.sender = ?1 AND o.deleted_g IS NULL) AS unread,
                 EXISTS (SELECT 1 FROM messenger_mention n JOIN messenger_message x
                     ON x.conv = n.conv AND x.seq = n.seq AND x.deleted_g IS NULL
                     WHERE n.person = ?1 AND n.conv = mine.id AND n.seq >= unread_from) AS called,
                 (SELECT COUNT(*) FROM messenger_mention n JOIN messenger_message x
                     ON x.conv = n.conv AND x.seq = n.seq AND x.deleted_g IS NULL AND x.urgent = 0
                     WHERE n.person = ?1 AND n.conv = mine.id AND n.seq >= unread_from) AS calls,
                 (SELECT COUNT(*) FROM messenger_message u WHERE u.conv = mine.id AND u.urgent = 1
                     AND u.deleted_g IS NULL AND u.seq >= unread_from) AS urgent,
                 h.conv IS NOT NULL AS hushed, h.until AS hush_until
             FROM mine LEFT JOIN messenger_hush h ON h.conv = mine.id AND h.person = ?1 ORDER BY last_ts DESC, id"
        ),
        [person],
        |row| {
            Ok(ListedRow {
                conversation: row_of(row)?,
                visible_from: row.get("visible_from_seq")?,
                unread: row.get("unread")?,
                seat: super::member::seat_of(row)?,
                may_write: super::member::role_of(row)?.may_write(),
                called: row.get("called")?,
                urgent: row.get("urgent")?,
                calls: row.get("calls")?,
                hush: if row.get("hushed")? { Some(Hush { until: row.get("hush_until")? }) } else { None },
            })
        },
    )
}
