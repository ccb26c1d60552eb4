//! Attendance of a lesson from its call: proposed when the lesson is over, taken into the journal with one click, told
//! apart there, and taken back (CALL-F31).

use std::collections::HashMap;

use calls::{AttendanceRules, Before, Call, ConfirmedMark, Presence, Span, Verdict};
use diary::{AbsenceFact, AttendanceMark, LessonTeacher, Noted};
use school::{PersonId, Zone};
use store::{Act, ReadTx, UtcInstant, WriteTx};

use super::lesson_ref;
use crate::Failure;

/// What the call of a lesson says of its pupils.
pub(crate) struct Proposal {
    /// Each pupil of the lesson's group, by name.
    pub(crate) pupils: Vec<(PersonId, Presence)>,
    /// The pupils whose mark in the journal came from the call; `None` while nothing was taken over.
    pub(crate) taken: Option<Vec<ConfirmedMark>>,
}

/// The call of a lesson that took place, once the lesson is over.
fn find_past(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    zone: &Zone,
    by: &LessonTeacher<'_>,
) -> Result<Option<(Call, Span)>, store::Error> {
    let Some(call) = calls::find_lesson_call(tx, lesson_ref(by.lesson()))? else { return Ok(None) };
    let Some(lesson) = diary::find_lesson(tx, by.lesson())? else { return Ok(None) };
    let instant = |minute| zone.instant(lesson.date, minute);
    let span = Span { from: instant(lesson.starts), to: instant(lesson.ends) };
    Ok((call.led.is_some() && now >= span.to).then_some((call, span)))
}

fn presences(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    (call, span): (&Call, Span),
    rules: AttendanceRules,
) -> Result<Vec<(PersonId, Presence)>, store::Error> {
    let mut known = calls::attendance(&calls::entries_of(tx, call.id)?, span, now, rules);
    let pupils = school::members_of(tx, by.course().group, by.date())?;
    Ok(pupils.into_iter().map(|pupil| (pupil, known.remove(&pupil).unwrap_or_else(Presence::none))).collect())
}

/// What the call of a lesson says of its pupils, to whoever writes in the lesson; nothing without a call, or before the
/// bell.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn proposal(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    zone: &Zone,
    by: &LessonTeacher<'_>,
    rules: AttendanceRules,
) -> Result<Option<Proposal>, store::Error> {
    let Some((call, span)) = find_past(tx, now, zone, by)? else { return Ok(None) };
    let taken = calls::find_confirmation(tx, call.id)?.map(|confirmed| confirmed.marks);
    Ok(Some(Proposal { pupils: presences(tx, now, by, (&call, span), rules)?, taken }))
}

const fn fact_of(verdict: Verdict) -> Option<AbsenceFact> {
    match verdict {
        Verdict::Present => None,
        Verdict::Late(minutes) => Some(AbsenceFact::Late(minutes)),
        Verdict::Absent => Some(AbsenceFact::Absent),
    }
}

/// Takes what the call says into the journal. What the teacher has noted by hand stays as it is. A second click finds
/// it done.
///
/// # Errors
/// [`Failure`] when the journal refuses.
pub(crate) fn confirm_attendance(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    zone: &Zone,
    by: &LessonTeacher<'_>,
    rules: AttendanceRules,
) -> Result<Option<Act>, Failure> {
    let (call, span) = find_past(tx, now, zone, by)?.ok_or(Failure::NotFound)?;
    if calls::find_confirmation(tx, call.id)?.is_some() {
        return Ok(None);
    }
    let noted: HashMap<PersonId, AbsenceFact> =
        diary::attendance_of_lesson(tx, by)?.into_iter().map(|noted| (noted.pupil, noted.fact)).collect();
    let (mut exceptions, mut marks): (Vec<_>, Vec<_>) = (noted.iter().map(pair).collect(), Vec::new());
    for (pupil, presence) in presences(tx, now, by, (&call, span), rules)? {
        let Some(fact) = fact_of(presence.verdict) else { continue };
        if !noted.contains_key(&pupil) {
            exceptions.push((pupil, fact));
            marks.push(ConfirmedMark { pupil, verdict: presence.verdict });
        }
    }
    let AttendanceMark { taken, held } = diary::attendance_mark(tx, by)?;
    diary::take_attendance(tx, now, by, &exceptions)?;
    calls::confirm(tx, now, call.id, by.person(), &marks, Before { taken, held })?;
    let act = Act::new("calls.attendance.take", "lesson", by.lesson());
    Ok(Some(act.change(None, Some(format!("marks:{}", marks.len())))))
}

fn pair((pupil, fact): (&PersonId, &AbsenceFact)) -> (PersonId, AbsenceFact) {
    (*pupil, *fact)
}

/// Takes back what came from the call, but for what somebody has changed by hand since. Where nobody has saved the
/// attendance since, the lesson stands as it did before.
///
/// # Errors
/// [`Failure`] when the journal refuses.
pub(crate) fn take_back_attendance(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
) -> Result<Option<Act>, Failure> {
    let call = calls::find_lesson_call(tx, lesson_ref(by.lesson()))?.ok_or(Failure::NotFound)?;
    let Some(confirmed) = calls::take_back(tx, now, call.id, by.person())? else { return Ok(None) };
    let from_call = |noted: &Noted| {
        let mark = confirmed.marks.iter().find(|mark| mark.pupil == noted.pupil);
        mark.is_some_and(|mark| fact_of(mark.verdict) == Some(noted.fact))
    };
    let left: Vec<_> = diary::attendance_of_lesson(tx, by)?
        .iter()
        .filter(|noted| !from_call(noted))
        .map(|noted| (noted.pupil, noted.fact))
        .collect();
    let stands = diary::attendance_mark(tx, by)?;
    if stands.taken.is_some_and(|(at, _)| at == confirmed.at) {
        let Before { taken, held } = confirmed.before;
        diary::restore_attendance(tx, now, by, &left, AttendanceMark { taken, held })?;
    } else {
        diary::restore_attendance(tx, now, by, &left, stands)?;
    }
    let act = Act::new("calls.attendance.take_back", "lesson", by.lesson());
    Ok(Some(act.change(Some(format!("marks:{}", confirmed.marks.len())), None)))
}
