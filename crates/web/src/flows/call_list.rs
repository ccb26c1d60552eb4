//! What calls there are for a person: those that go on, those of the timetable's next lessons, and those they have
//! missed. Each is asked for with the right that would let them in (CALL-I1, CALL-I12).

use std::collections::HashSet;

use calls::{Call, CallPlace, CallerOf, Ground, LessonFacts, MISSED_DAYS, Part, PastCall};
use diary::Lesson;
use messenger::{ChatKind, MemberOf};
use school::{Denied, GroupId, PersonId, Staff, Viewer, Zone};
use store::{NewEvent, ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use super::lesson_call::{
    CallAbout, about_call, facts_of, ground_of, is_of_class, is_of_course, lesson_of, lesson_ref,
};
use crate::Failure;

/// So many days ahead the next lessons are looked for: beyond holidays there is nothing to get ready for yet.
const AHEAD: i64 = 14;

/// A call that goes on and that the viewer may be in.
pub(crate) struct LiveCall {
    pub(crate) call: Call,
    pub(crate) about: CallAbout,
    /// Whether the viewer leads it.
    pub(crate) leads: bool,
    pub(crate) kept_out: bool,
    pub(crate) inside: usize,
    /// Of a lesson's call, its lesson.
    pub(crate) facts: Option<LessonFacts>,
}

/// A lesson to come whose call will let the viewer in.
pub(crate) struct NextCall {
    pub(crate) lesson: Lesson,
    pub(crate) facts: LessonFacts,
    /// Whether the viewer leads it.
    pub(crate) leads: bool,
}

/// A lesson's call that goes on, in a chat of its lesson.
pub(crate) struct LessonCall {
    pub(crate) call: Call,
    pub(crate) facts: LessonFacts,
    pub(crate) subject: String,
    /// Whether the viewer leads it.
    pub(crate) leads: bool,
}

/// A call that took place without the viewer.
pub(crate) struct MissedCall {
    pub(crate) past: PastCall,
    pub(crate) about: CallAbout,
    /// Of a lesson's call, its lesson.
    pub(crate) facts: Option<LessonFacts>,
}

/// Which lessons may be the viewer's at all: a narrow look before rights are asked for one by one.
struct Near {
    me: PersonId,
    groups: HashSet<GroupId>,
}

impl Near {
    fn on(tx: &ReadTx<'_>, viewer: &Viewer, date: Date) -> Result<Self, store::Error> {
        let me = viewer.person();
        let mut groups: HashSet<_> = school::groups_of(tx, me, date)?.into_iter().collect();
        match Staff::ask(tx, viewer, date) {
            Ok(_) => groups.extend(school::teaching_of(tx, me, date)?.into_iter().map(|own| own.group)),
            Err(Denied::Denied) => {}
            Err(Denied::Store(error)) => return Err(error),
        }
        Ok(Self { me, groups })
    }

    fn holds(&self, lesson: &Lesson) -> bool {
        lesson.teacher == Some(self.me) || self.groups.contains(&lesson.group)
    }
}

/// The calls that go on and that the viewer may be in, those of lessons first.
///
/// # Errors
/// [`Failure`] by what the base said.
pub(crate) fn calls_now(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    zone: &Zone,
    today: Date,
) -> Result<Vec<LiveCall>, Failure> {
    let live = calls::live_calls(tx)?;
    if live.is_empty() {
        return Ok(Vec::new());
    }
    let near = Near::on(tx, viewer, today)?;
    let mut found = Vec::new();
    for call in live {
        let ground = match call.place {
            CallPlace::Chat(_) => Ground::Chat,
            CallPlace::Lesson(lesson) => match diary::find_lesson(tx, lesson_of(lesson))? {
                Some(lesson) if near.holds(&lesson) => Ground::Lesson(facts_of(tx, zone, &lesson)?),
                Some(_) | None => continue,
            },
        };
        let by = match CallerOf::ask(tx, viewer, call.id, &ground, today) {
            Ok(by) => by,
            Err(Denied::Denied) => continue,
            Err(error) => return Err(error.into()),
        };
        let facts = match ground {
            Ground::Lesson(facts) => Some(facts),
            Ground::Chat => None,
        };
        let about = about_call(tx, viewer, &call, &ground, today)?;
        let inside = calls::count_inside(tx, &by)?;
        let leads = by.part() == Part::Leader;
        found.push(LiveCall { call, about, leads, kept_out: by.is_kept_out(), inside, facts });
    }
    found.sort_by_key(|live| (live.facts.is_none(), live.call.begun));
    Ok(found)
}

/// The lessons of a day whose calls would let the viewer in, by time.
fn lessons_of_day(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    zone: &Zone,
    date: Date,
) -> Result<Vec<NextCall>, store::Error> {
    let near = Near::on(tx, viewer, date)?;
    let mut found = Vec::new();
    for lesson in diary::lessons_on(tx, date)?.into_iter().filter(|lesson| near.holds(lesson)) {
        let facts = facts_of(tx, zone, &lesson)?;
        if let Some(part) = calls::may_attend(tx, viewer, &facts)? {
            found.push(NextCall { lesson, facts, leads: part == Part::Leader });
        }
    }
    found.sort_by_key(|next| (next.facts.begins, next.lesson.id));
    Ok(found)
}

/// The lessons to come: the rest of today, and the first day after it that has any.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn calls_next(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    zone: &Zone,
) -> Result<Vec<NextCall>, store::Error> {
    let today = zone.date(now);
    let to_come = |next: &NextCall| next.facts.held && now < next.facts.window().opens;
    let mut found = lessons_of_day(tx, viewer, zone, today)?;
    found.retain(to_come);
    for ahead in 1..=AHEAD {
        let mut later = lessons_of_day(tx, viewer, zone, today.saturating_add(Duration::days(ahead)))?;
        later.retain(to_come);
        if !later.is_empty() {
            found.append(&mut later);
            break;
        }
    }
    Ok(found)
}

/// The calls of the last days that took place without the viewer, the newest first. Of lessons only pupils miss any:
/// whoever teaches one was replaced.
///
/// # Errors
/// [`Failure`] by what the base said.
pub(crate) fn calls_missed(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    zone: &Zone,
) -> Result<Vec<MissedCall>, Failure> {
    let today = zone.date(now);
    let rooms = messenger::rooms_of(tx, viewer, today)?;
    let mut lessons = Vec::new();
    let mut day = zone.date(now - MISSED_DAYS);
    while day <= today {
        let groups = school::groups_of(tx, viewer.person(), day)?;
        if !groups.is_empty() {
            let own = diary::lessons_on(tx, day)?.into_iter();
            lessons.extend(own.filter(|lesson| groups.contains(&lesson.group)).map(|one| lesson_ref(one.id)));
        }
        day = day.saturating_add(Duration::DAY);
    }
    let mut found = Vec::new();
    for past in calls::missed_calls(tx, now, viewer.person(), &rooms, &lessons)? {
        let Some(ground) = ground_of(tx, zone, &past.call)? else { continue };
        let facts = match ground {
            Ground::Chat => None,
            Ground::Lesson(facts) if calls::may_attend(tx, viewer, &facts)? == Some(Part::Pupil) => {
                Some(facts)
            }
            Ground::Lesson(_) => continue,
        };
        let about = about_call(tx, viewer, &past.call, &ground, today)?;
        found.push(MissedCall { past, about, facts });
    }
    Ok(found)
}

/// The living calls of lessons that let the viewer in, for pages that show the lessons: by lesson the call.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn calls_of_lessons(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    zone: &Zone,
    lessons: &[diary::LessonId],
) -> Result<Vec<(diary::LessonId, calls::CallId)>, store::Error> {
    let mut found = Vec::new();
    for call in calls::live_calls(tx)? {
        let CallPlace::Lesson(of) = call.place else { continue };
        let id = lesson_of(of);
        if !lessons.contains(&id) {
            continue;
        }
        let Some(lesson) = diary::find_lesson(tx, id)? else { continue };
        if calls::may_attend(tx, viewer, &facts_of(tx, zone, &lesson)?)?.is_some() {
            found.push((id, call.id));
        }
    }
    Ok(found)
}

/// How the call of a chat stands for a member: the one that goes on, and whether the member may start one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn call_of_chat(tx: &ReadTx<'_>, by: &MemberOf<'_>) -> Result<(Option<Call>, bool), store::Error> {
    let call = calls::find_chat_call(tx, by.conversation().id)?;
    Ok((call, call.is_none() && calls::may_start(by).is_ok()))
}

/// The calls of lessons that go on and belong into a chat, its class's or its course's, as far as they let the member in:
/// in the chat of the class are many more than have the lesson (CALL-I12).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn lesson_calls_of_chat(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    by: &MemberOf<'_>,
    zone: &Zone,
) -> Result<Vec<LessonCall>, store::Error> {
    let chat = by.conversation();
    let mut found = Vec::new();
    if !matches!(chat.kind, ChatKind::ClassChat | ChatKind::Subject) {
        return Ok(found);
    }
    for call in calls::live_calls(tx)? {
        let CallPlace::Lesson(of) = call.place else { continue };
        let Some(lesson) = diary::find_lesson(tx, lesson_of(of))? else { continue };
        let in_class = is_of_class(chat, lesson.class_group);
        if !in_class && chat.group != Some(lesson.group) {
            continue;
        }
        let facts = facts_of(tx, zone, &lesson)?;
        let subject = school::load_subject(tx, facts.subject)?.name;
        if !in_class && !is_of_course(chat, &facts, &subject) {
            continue;
        }
        if let Some(part) = calls::may_attend(tx, viewer, &facts)? {
            found.push(LessonCall { call, facts, subject, leads: part == Part::Leader });
        }
    }
    found.sort_by_key(|live| (live.facts.begins, live.call.id));
    Ok(found)
}

/// Tells open pages that a call has begun, opened or ended: those of its chat's members, or of everybody around the
/// class that has the lesson.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn tell_of_call(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    place: CallPlace,
) -> Result<(), store::Error> {
    match place {
        CallPlace::Chat(chat) => messenger::tell_of_call(tx, now, chat),
        CallPlace::Lesson(lesson) => {
            // A lesson that is gone from the timetable is told of by the change that took it.
            let Some(lesson) = diary::find_lesson(tx, lesson_of(lesson))? else { return Ok(()) };
            let event = NewEvent {
                scope_kind: "class_group",
                scope_id: lesson.class_group.get(),
                kind: "call",
                reference: lesson.id.get(),
                data: "{}".to_owned(),
            };
            tx.emit(now, event)
        }
    }
}
