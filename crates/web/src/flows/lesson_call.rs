//! Calls and the diary: what the timetable says of a lesson whose call is asked for, and how a call is named.

use calls::{Call, CallPlace, Ground, LessonFacts, LessonRef};
use diary::{Lesson, LessonId, LessonState};
use messenger::{ChatKind, Conversation, ConversationId, MemberOf};
use school::{ClassGroupId, Denied, Viewer, Zone};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::Failure;
use crate::handlers::teaching::{group_line_of, span};
use crate::views::sferum::name_of;
use crate::views::weekday_day;

/// A lesson as `calls` numbers it.
pub(crate) const fn lesson_ref(lesson: LessonId) -> LessonRef {
    LessonRef::from_row(lesson.get())
}

/// A lesson as the diary numbers it.
pub(crate) const fn lesson_of(lesson: LessonRef) -> LessonId {
    LessonId::from_row(lesson.get())
}

/// What the timetable says of a lesson, as `calls` asks for it.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn facts_of(tx: &ReadTx<'_>, zone: &Zone, lesson: &Lesson) -> Result<LessonFacts, store::Error> {
    let course = diary::find_course_by_id(tx, lesson.course)?.ok_or(store::Error::NoRow)?;
    Ok(LessonFacts {
        lesson: lesson_ref(lesson.id),
        group: lesson.group,
        subject: course.subject,
        teacher: lesson.teacher,
        date: lesson.date,
        begins: zone.instant(lesson.date, lesson.starts),
        ends: zone.instant(lesson.date, lesson.ends),
        held: !matches!(lesson.state, LessonState::Cancelled | LessonState::Moved),
    })
}

/// What a right to a call rests on now; nothing when its lesson is gone from the timetable.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn ground_of(tx: &ReadTx<'_>, zone: &Zone, call: &Call) -> Result<Option<Ground>, store::Error> {
    match call.place {
        CallPlace::Chat(_) => Ok(Some(Ground::Chat)),
        CallPlace::Lesson(lesson) => match diary::find_lesson(tx, lesson_of(lesson))? {
            Some(lesson) => Ok(Some(Ground::Lesson(facts_of(tx, zone, &lesson)?))),
            None => Ok(None),
        },
    }
}

/// How a call is named to a person, and the chat that goes with it (CALL-I13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallAbout {
    /// The chat's name, or subject and class.
    pub(crate) title: String,
    /// Day and time of the lesson; empty for a chat's call.
    pub(crate) lead: String,
    /// The chat, where this person reads it.
    pub(crate) chat: Option<ConversationId>,
}

/// How a call is named to the viewer, who has a right to it.
///
/// # Errors
/// [`Failure::Denied`] when the membership of its chat has just ended.
pub(crate) fn about_call(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    call: &Call,
    ground: &Ground,
    today: Date,
) -> Result<CallAbout, Failure> {
    match (call.place, ground) {
        (CallPlace::Chat(chat), _) => {
            let member = MemberOf::ask(tx, viewer, chat, today)?;
            let title = name_of(member.conversation());
            Ok(CallAbout { title, lead: String::new(), chat: Some(chat) })
        }
        (CallPlace::Lesson(lesson), Ground::Lesson(facts)) => {
            let found = diary::find_lesson(tx, lesson_of(lesson))?.ok_or(Failure::Denied)?;
            let subject = school::load_subject(tx, facts.subject)?.name;
            Ok(CallAbout {
                title: format!("{subject}, {}", group_line_of(tx, facts.group)?),
                lead: format!("{} · {}", weekday_day(found.date), span(found.starts, found.ends)),
                chat: chat_of_lesson(tx, viewer, facts, found.class_group, today)?,
            })
        }
        (CallPlace::Lesson(_), Ground::Chat) => Err(Failure::Denied),
    }
}

/// Whether a chat is that of a lesson's course.
pub(super) fn is_of_course(chat: &Conversation, facts: &LessonFacts, subject: &str) -> bool {
    chat.kind == ChatKind::Subject
        && chat.group == Some(facts.group)
        && chat.course.as_ref().is_some_and(|(name, _)| name == subject)
}

/// Whether a chat is that of a class's pupils and staff.
pub(super) fn is_of_class(chat: &Conversation, class: ClassGroupId) -> bool {
    chat.kind == ChatKind::ClassChat && chat.class_group.as_ref().is_some_and(|(of, _)| *of == class)
}

/// The chat that goes with a lesson, if the viewer reads one: its course's, or else its class's.
fn chat_of_lesson(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    facts: &LessonFacts,
    class: ClassGroupId,
    today: Date,
) -> Result<Option<ConversationId>, Failure> {
    let rooms = match messenger::rooms_of(tx, viewer, today) {
        Ok(rooms) => rooms,
        Err(Denied::Denied) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let subject = school::load_subject(tx, facts.subject)?.name;
    let chats = || rooms.iter().map(MemberOf::conversation);
    let of_course = chats().find(|chat| is_of_course(chat, facts, &subject));
    Ok(of_course.or_else(|| chats().find(|chat| is_of_class(chat, class))).map(|chat| chat.id))
}

/// The lessons of the day whose calls are to be open at a moment.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn lessons_due(
    tx: &ReadTx<'_>,
    zone: &Zone,
    now: UtcInstant,
) -> Result<Vec<LessonFacts>, store::Error> {
    let local = zone.local(now);
    let minute = i32::from(local.minute());
    let near = |lesson: &Lesson| {
        // Wider than the window itself, which is asked for exactly below; most lessons fall out here.
        i32::from(lesson.starts) - 10 <= minute && minute <= i32::from(lesson.ends) + 15
    };
    let mut due = Vec::new();
    for lesson in diary::lessons_on(tx, local.date)?.iter().filter(|lesson| near(lesson)) {
        let facts = facts_of(tx, zone, lesson)?;
        if facts.is_due(now) {
            due.push(facts);
        }
    }
    Ok(due)
}

/// Opens the calls of lessons whose time has come; a lesson has one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn open_lesson_calls(
    tx: &mut WriteTx<'_>,
    zone: &Zone,
    now: UtcInstant,
) -> Result<(), store::Error> {
    let due = lessons_due(tx, zone, now)?;
    for opened in calls::open_lessons(tx, now, &due)? {
        if let Some(call) = calls::find_call(tx, opened)? {
            super::tell_of_call(tx, now, call.place)?;
        }
    }
    Ok(())
}
