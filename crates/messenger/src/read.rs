//! How far members have read, and who has read a message.

use std::collections::HashMap;

use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx};

use crate::change::{Change, tell_person};
use crate::edit::find_visible;
use crate::limits::NAMED_READERS;
use crate::quiet::ChatQuiet;
use crate::storage::read::MarkRow;
use crate::{Line, MemberOf, Seat, storage};

/// A member's pointers in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadMark {
    /// The last message read.
    pub read_seq: i64,
    /// The first message that counts as unread.
    pub unread_from: i64,
}

impl MemberOf<'_> {
    /// How far the member has read.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn read_mark(&self, tx: &ReadTx<'_>) -> Result<ReadMark, store::Error> {
        let (read_seq, unread_from) = storage::read::find(tx, self.conversation().id, self.person())?
            .unwrap_or((0, self.visible_from()));
        Ok(ReadMark { read_seq, unread_from: unread_from.max(self.visible_from()) })
    }
}

/// Notes that the member has read up to a message. The mark only rises and never above the last message (MSG-I12);
/// what lies below the first visible message is ignored (MSG-B12).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn mark_read(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
) -> Result<ReadMark, store::Error> {
    let seq = seq.min(by.conversation().last_seq);
    let mark = by.read_mark(tx)?;
    if seq < by.visible_from() || (seq <= mark.read_seq && seq < mark.unread_from) {
        return Ok(mark);
    }
    let quiet = advance(tx, now, by, seq)?;
    Change::Read { person: by.person(), seat: by.seat(), seq, quiet }.emit(
        tx,
        now,
        by.conversation().id,
        None,
    )?;
    Ok(ReadMark { read_seq: mark.read_seq.max(seq), unread_from: mark.unread_from.max(seq + 1) })
}

/// Counts a message and all after it as unread again, for the member alone: the lower pointer goes down to it, and how
/// far has been read stays, so that nobody else learns of it (MSG-R5). `None` when there is no such message for the
/// member.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn mark_unread(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
) -> Result<Option<ReadMark>, store::Error> {
    if find_visible(tx, by, seq)?.is_none_or(|message| message.deleted) {
        return Ok(None);
    }
    let (chat, person) = (by.conversation().id, by.person());
    storage::read::lower(tx, now, chat, person, seq)?;
    tell_person(tx, now, person, "chat_unread", chat)?;
    Ok(Some(by.read_mark(tx)?))
}

/// Moves the member's mark. Made in quiet hours, it leaves what others knew before (MSG-R3); says whether it was.
pub(crate) fn advance(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
) -> Result<bool, store::Error> {
    let (chat, person) = (by.conversation().id, by.person());
    let quiet =
        ChatQuiet::load_one(tx, now, by)?.filter(|quiet| quiet.until(person, by.seat(), now).is_some());
    if let Some(quiet) = &quiet
        && let Some(before) = storage::read::find_mark(tx, chat, person)?
        && quiet.tells(person, by.seat(), before.ts, now)
    {
        storage::read::tell(tx, chat, person, before.read_seq)?;
    }
    storage::read::advance(tx, now, chat, person, seq)?;
    Ok(quiet.is_some())
}

/// Whether a member may learn what another has read: pupils' receipts are for staff only (MSG-R3).
pub(crate) const fn shows_receipt(of: Seat, to: Seat) -> bool {
    to.is_staff() || !matches!(of, Seat::Pupil)
}

/// Who has read a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readers {
    /// How many.
    pub count: u32,
    /// Who, where the member may know it: the sender in chats of up to a hundred, staff in any (MSG-R1).
    pub named: Option<Vec<PersonId>>,
}

struct Pointer {
    person: PersonId,
    read_seq: i64,
    visible_from: i64,
}

/// The pointers that the member may learn of, their own left out.
fn pointers(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
) -> Result<(Vec<Pointer>, usize), store::Error> {
    let chat = by.conversation().id;
    let marks = storage::read::of_chat(tx, chat)?;
    let read: HashMap<PersonId, MarkRow> = marks.into_iter().map(|mark| (mark.person, mark)).collect();
    let quiet = ChatQuiet::load(tx, now, by)?;
    let members = storage::member::of_chat(tx, chat)?;
    let count = members.len();
    let shown = members
        .into_iter()
        .filter(|member| member.person != by.person() && shows_receipt(member.seat, by.seat()))
        .filter_map(|member| {
            let mark = read.get(&member.person)?;
            let told = quiet.tells(member.person, member.seat, mark.ts, now);
            let read_seq = if told { mark.read_seq } else { mark.told_seq };
            Some(Pointer { person: member.person, read_seq, visible_from: member.visible_from })
        });
    Ok((shown.collect(), count))
}

/// Who has read a message that the member sees; its sender is not counted.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn readers(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    line: &Line,
) -> Result<Readers, store::Error> {
    let (pointers, members) = pointers(tx, now, by)?;
    let read: Vec<PersonId> = pointers
        .into_iter()
        .filter(|pointer| pointer.person != line.sender)
        .filter(|pointer| pointer.visible_from <= line.seq && line.seq <= pointer.read_seq)
        .map(|pointer| pointer.person)
        .collect();
    let count = u32::try_from(read.len()).unwrap_or(u32::MAX);
    let may_name = (line.sender == by.person() && members <= NAMED_READERS) || by.seat().is_staff();
    Ok(Readers { count, named: may_name.then_some(read) })
}

/// How many have read each of the member's own messages among these.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn receipts(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    lines: &[Line],
) -> Result<HashMap<i64, u32>, store::Error> {
    let own: Vec<i64> = lines
        .iter()
        .filter(|line| line.sender == by.person() && line.text.is_some())
        .map(|line| line.seq)
        .collect();
    if own.is_empty() {
        return Ok(HashMap::new());
    }
    let (pointers, _) = pointers(tx, now, by)?;
    let count = |seq: i64| {
        pointers.iter().filter(|pointer| pointer.visible_from <= seq && seq <= pointer.read_seq).count()
    };
    Ok(own.into_iter().map(|seq| (seq, u32::try_from(count(seq)).unwrap_or(u32::MAX))).collect())
}
