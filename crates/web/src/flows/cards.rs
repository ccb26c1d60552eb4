//! Cards of the diary in chats (MSG-N2): posted in the transaction of the diary's step, drawn for each reader by that
//! reader's own rights (MSG-S14).

use std::collections::HashMap;

use diary::{LessonId, LessonReader, LessonTeacher};
use messenger::{
    Body, CardKind, CardRef, ChatKind, ClientId, ConversationId, Draft, Extras, MemberOf, rooms_of,
};
use school::{ClassGroupId, Denied, PersonId, PersonName, Viewer};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::Failure;
use crate::words::say;

/// What a card shows to one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Card {
    /// The diary shows this lesson to others.
    Closed,
    /// The homework as it stands.
    Homework { subject: String, due: Date, text: String },
    /// There was homework, and there is none any more.
    Withdrawn,
    /// How the lesson was changed.
    Change {
        date: Date,
        slot: u8,
        /// What the timetable has.
        planned: String,
        /// What is taught and by whom; `None` when the lesson is cancelled.
        now: Option<(String, String)>,
        reason: String,
    },
    /// The lesson is again what the timetable says.
    Restored,
}

/// A chat that a card can be sent to, with its proof in hand for the length of the transaction.
fn rooms<'t>(tx: &ReadTx<'t>, viewer: &Viewer, today: Date) -> Result<Vec<MemberOf<'t>>, Failure> {
    Ok(rooms_of(tx, viewer, today)?.into_iter().filter(MemberOf::may_write).collect())
}

/// The chats to which homework of a lesson can be sent by whoever teaches it: that of the course, and that of the class.
pub(crate) fn homework_chats(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    by: &LessonTeacher<'_>,
    today: Date,
) -> Result<Vec<messenger::Conversation>, Failure> {
    let course = by.course();
    let subject = school::load_subject(tx, course.subject)?.name;
    let fits = |chat: &messenger::Conversation| match chat.kind {
        ChatKind::Subject => {
            chat.group == Some(course.group) && chat.course.as_ref().is_some_and(|(name, _)| *name == subject)
        }
        ChatKind::ClassChat | ChatKind::ClassNews => is_of(chat, course.class_group),
        ChatKind::ParentsChat
        | ChatKind::SchoolNews
        | ChatKind::StaffRoom
        | ChatKind::Supervised
        | ChatKind::Family
        | ChatKind::Confidential
        | ChatKind::Private
        | ChatKind::StaffGroup
        | ChatKind::PupilsGroup => false,
    };
    let rooms = rooms(tx, viewer, today)?;
    Ok(rooms.iter().map(MemberOf::conversation).filter(|chat| fits(chat)).cloned().collect())
}

fn is_of(chat: &messenger::Conversation, class: ClassGroupId) -> bool {
    chat.class_group.as_ref().is_some_and(|(of, _)| *of == class)
}

/// Where the office tells a class of a change: its announcements, which pupils and guardians read. `None` when the viewer
/// does not write there.
pub(crate) fn change_chat(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    class: ClassGroupId,
    today: Date,
) -> Result<Option<messenger::Conversation>, Failure> {
    let rooms = rooms(tx, viewer, today)?;
    let mut chats = rooms.iter().map(MemberOf::conversation);
    Ok(chats.find(|chat| chat.kind == ChatKind::ClassNews && is_of(chat, class)).cloned())
}

/// Sends a card to a chat, in the transaction of the diary's step.
pub(crate) fn post_card(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    today: Date,
    (chat, cid): (ConversationId, ClientId),
    kind: CardKind,
    lesson: LessonId,
) -> Result<(), Failure> {
    let by = MemberOf::ask(tx, viewer, chat, today)?;
    let heading = match kind {
        CardKind::Homework => say("card-homework"),
        CardKind::Substitution => say("card-substitution"),
    };
    let card = CardRef { kind, lesson: lesson.get() };
    messenger::send(tx, now, &by, &Draft::card(cid, Body::parse(&heading)?, card))?;
    Ok(())
}

/// Tells open pages with cards of the lesson that it was changed, and a chat, if one was chosen; in the transaction that
/// changed it.
pub(crate) fn tell_change(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    today: Date,
    to: Option<(ConversationId, ClientId)>,
    lesson: LessonId,
) -> Result<(), Failure> {
    messenger::touch_cards(tx, now, lesson.get())?;
    match to {
        Some(to) => post_card(tx, now, viewer, today, to, CardKind::Substitution, lesson),
        None => Ok(()),
    }
}

/// What the cards among these messages show to the viewer, by number of the message.
pub(crate) fn draw_cards(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    today: Date,
    extras: &HashMap<i64, Extras>,
) -> Result<HashMap<i64, Card>, Failure> {
    let mut drawn = HashMap::new();
    for (seq, extras) in extras {
        if let Some(card) = extras.card {
            drawn.insert(*seq, draw(tx, viewer, today, card)?);
        }
    }
    Ok(drawn)
}

fn draw(tx: &ReadTx<'_>, viewer: &Viewer, today: Date, card: CardRef) -> Result<Card, Failure> {
    let by = match LessonReader::ask(tx, viewer, LessonId::from_row(card.lesson), today) {
        Ok(by) => by,
        Err(Denied::Denied) => return Ok(Card::Closed),
        Err(error) => return Err(error.into()),
    };
    match card.kind {
        CardKind::Homework => {
            let Some(task) = diary::read_homework(tx, &by)? else { return Ok(Card::Withdrawn) };
            let subject = subject_of(tx, by.lesson().course)?;
            Ok(Card::Homework { subject, due: task.due_date, text: task.text })
        }
        CardKind::Substitution => {
            let Some(change) = diary::read_change(tx, &by)? else { return Ok(Card::Restored) };
            let lesson = by.lesson();
            let now = match change.after_teacher {
                Some(teacher) => Some((subject_of(tx, lesson.course)?, name_of(tx, teacher)?)),
                None => None,
            };
            Ok(Card::Change {
                date: lesson.date,
                slot: lesson.slot,
                planned: subject_of(tx, change.before_course)?,
                now,
                reason: change.reason,
            })
        }
    }
}

fn subject_of(tx: &ReadTx<'_>, course: diary::CourseId) -> Result<String, Failure> {
    match diary::find_course_by_id(tx, course)? {
        Some(course) => Ok(school::load_subject(tx, course.subject)?.name),
        None => Ok(String::new()),
    }
}

fn name_of(tx: &ReadTx<'_>, person: PersonId) -> Result<String, store::Error> {
    Ok(school::names_of(tx, &[person])?.get(&person).map(PersonName::abbreviated).unwrap_or_default())
}
