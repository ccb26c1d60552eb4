//! «Тихий режим на уроках»: pupils of a chat do not write during their own lessons (MSG-S5). When these are is told by
//! whoever keeps the timetable, in the transaction that changes it and at midnight; the messenger knows no timetable.

use school::{GroupId, Zone};
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::change::Change;
use crate::{ChatKind, MemberOf, MuteError, Seat, Silence, storage};

/// When a class or a part of it has a lesson, in minutes of the day by the school's clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LessonTime {
    /// Who has it.
    pub group: GroupId,
    /// The first minute.
    pub begins: u16,
    /// The first minute after the last.
    pub ends: u16,
}

impl MemberOf<'_> {
    /// Whether there are lessons that the mode could be about here.
    #[must_use]
    pub const fn has_lessons(&self) -> bool {
        matches!(self.conversation().kind, ChatKind::ClassChat | ChatKind::Subject)
    }

    /// Whether pupils of this chat do not write during their lessons.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn lesson_mode(&self, tx: &ReadTx<'_>) -> Result<bool, store::Error> {
        storage::lesson::mode(tx, self.conversation().id)
    }
}

/// Says when the lessons of a day are, cancelled ones left out; said again, it changes nothing.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_lessons(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    lessons: &[LessonTime],
) -> Result<(), store::Error> {
    let mut wanted = lessons.to_vec();
    wanted.retain(|lesson| lesson.begins < lesson.ends && lesson.ends <= 24 * 60);
    wanted.sort_unstable();
    wanted.dedup();
    if storage::lesson::of_day(tx, today)? == wanted {
        return Ok(());
    }
    storage::lesson::put(tx, today, &wanted)?;
    // Open pages of pupils learn that their lessons begin and end at other times.
    for chat in storage::lesson::silent_chats(tx)? {
        Change::Silenced { person: None }.emit(tx, now, chat, None)?;
    }
    Ok(())
}

/// Switches the mode of a chat; the same again is no change.
///
/// # Errors
/// [`MuteError::NotModerator`], [`MuteError::NoLessons`].
pub fn set_lesson_mode(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    on: bool,
) -> Result<Option<Act>, MuteError> {
    if !by.may_silence() {
        return Err(MuteError::NotModerator);
    }
    if !by.has_lessons() {
        return Err(MuteError::NoLessons);
    }
    if by.lesson_mode(tx)? == on {
        return Ok(None);
    }
    let chat = by.conversation().id;
    storage::lesson::set_mode(tx, now, chat, on, by.person())?;
    Change::Silenced { person: None }.emit(tx, now, chat, None)?;
    let word = |on: bool| Some(if on { "on" } else { "off" }.to_owned());
    let act = Act::new("messenger.lessons.set", "chat", chat);
    Ok(Some(act.change(word(!on), word(on))))
}

/// The lesson that keeps a pupil from writing at this moment, if there is one.
pub(crate) fn lesson_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    zone: &Zone,
) -> Result<Option<Silence>, store::Error> {
    if by.seat() != Seat::Pupil || !by.has_lessons() || !by.lesson_mode(tx)? {
        return Ok(None);
    }
    let local = zone.local(now);
    // The day is the moment's own: around midnight the member's day may be another.
    let groups = school::groups_of(tx, by.person(), local.date)?;
    let ends = storage::lesson::running(tx, local.date, &groups, local.minute())?;
    Ok(ends.map(|ends| Silence::Lesson { ends }))
}

/// The minutes of today at which a lesson of the pupil begins or ends, where the chat is silent then.
pub(crate) fn lesson_edges(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    zone: &Zone,
) -> Result<Vec<u16>, store::Error> {
    if by.seat() != Seat::Pupil || !by.has_lessons() || !by.lesson_mode(tx)? {
        return Ok(Vec::new());
    }
    let today = zone.date(now);
    let groups = school::groups_of(tx, by.person(), today)?;
    let lessons = storage::lesson::of_day(tx, today)?;
    let own = lessons.into_iter().filter(|lesson| groups.contains(&lesson.group));
    Ok(own.flat_map(|lesson| [lesson.begins, lesson.ends]).collect())
}
