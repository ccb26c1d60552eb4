//! A pupil's diary as pages show it.

mod balance;
mod glyphs;
mod strip;

use std::collections::{BTreeMap, HashMap};

use diary::{Average, LessonChange, LessonId, PupilLesson};
use school::{Local, SubjectId, Viewer, Zone};
use store::ReadTx;
use time::{Date, Duration};

pub(crate) use balance::{BalanceView, balance};
pub(crate) use glyphs::{MarkView, absence_words, mark_view, marks_view};
pub(crate) use strip::{StripView, lower_first, strip};

use super::{day_month, long_day};
use crate::flows::calls_of_lessons;
use crate::words::{Words, say};

/// The names of subjects, read once a page.
pub(crate) type Subjects = HashMap<SubjectId, String>;

/// A day of the diary.
pub(crate) struct DayView {
    pub(crate) id: String,
    pub(crate) date: String,
    pub(crate) heading: String,
    pub(crate) today: bool,
    /// The day that a phone shows of the week.
    pub(crate) chosen: bool,
    pub(crate) test: bool,
    /// Why there are no lessons, when there are none.
    pub(crate) off: String,
    pub(crate) lessons: Vec<LessonView>,
}

/// A lesson of a day.
pub(crate) struct LessonView {
    pub(crate) id: i64,
    pub(crate) n: u8,
    pub(crate) subject: String,
    pub(crate) subject_id: SubjectId,
    pub(crate) room: String,
    pub(crate) time: String,
    pub(crate) teacher: String,
    pub(crate) topic: String,
    pub(crate) now: bool,
    pub(crate) off: bool,
    /// «замена: вместо музыки», «отменён: …».
    pub(crate) change: String,
    /// «вес 3», with the work's name.
    pub(crate) test: Option<(String, String)>,
    pub(crate) homework: Vec<HomeworkView>,
    pub(crate) marks: Vec<MarkView>,
    pub(crate) absence: Option<MarkView>,
    /// The lesson's call that lets the viewer in now, 0 when there is none.
    pub(crate) call: i64,
}

/// One piece of homework with its tick.
pub(crate) struct HomeworkView {
    pub(crate) given: i64,
    pub(crate) text: String,
    pub(crate) done: bool,
}

/// «8:30» of a minute of the day.
pub(crate) fn clock_minute(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// «12–17 октября», «28 сентября – 3 октября».
pub(crate) fn week_heading(monday: Date, days: i64) -> String {
    let last = monday.saturating_add(Duration::days(days - 1));
    if monday.month() == last.month() {
        format!("{}–{}", monday.day(), day_month(last))
    } else {
        format!("{}\u{a0}– {}", day_month(monday), day_month(last))
    }
}

/// «64 : 15 ≈ 4,27»: the exact fraction, and what is printed of it.
pub(crate) fn average_line(average: Average) -> String {
    let exact = u64::from(average.sum()) * 10_u64.pow(average.digits())
        == average.printed() * u64::from(average.weights());
    let sign = if exact { "=" } else { "≈" };
    format!("{} : {} {sign} {average}", average.sum(), average.weights())
}

/// The days of a week with their lessons, in order; `offs` says why a day has none.
pub(crate) fn days(
    lessons: Vec<PupilLesson>,
    dates: &[Date],
    offs: &BTreeMap<Date, String>,
    local: Local,
    subjects: &Subjects,
) -> Vec<DayView> {
    let mut by_day: BTreeMap<Date, Vec<PupilLesson>> = BTreeMap::new();
    for lesson in lessons {
        by_day.entry(lesson.date).or_default().push(lesson);
    }
    dates
        .iter()
        .map(|date| {
            let lessons = by_day.remove(date).unwrap_or_default();
            DayView {
                id: format!("d{:02}{:02}", u8::from(date.month()), date.day()),
                date: date.to_string(),
                heading: long_day(*date),
                today: *date == local.date,
                chosen: true,
                test: lessons.iter().any(|lesson| lesson.test.is_some() && lesson.date >= local.date),
                off: if lessons.is_empty() {
                    offs.get(date).cloned().unwrap_or_else(|| say("diary-no-lessons"))
                } else {
                    String::new()
                },
                lessons: lessons.into_iter().map(|lesson| lesson_view(lesson, local, subjects)).collect(),
            }
        })
        .collect()
}

/// Puts the calls that let the viewer in beside their lessons (CALL-F30).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn show_calls(
    tx: &ReadTx<'_>,
    viewer: &Viewer,
    zone: &Zone,
    shown: &mut [DayView],
) -> Result<(), store::Error> {
    let Some(today) = shown.iter_mut().find(|day| day.today) else { return Ok(()) };
    let lessons: Vec<_> = today.lessons.iter().map(|lesson| LessonId::from_row(lesson.id)).collect();
    for (id, call) in calls_of_lessons(tx, viewer, zone, &lessons)? {
        if let Some(lesson) = today.lessons.iter_mut().find(|lesson| lesson.id == id.get()) {
            lesson.call = call.get();
        }
    }
    Ok(())
}

/// Whether a lesson is under way.
pub(crate) fn is_now(lesson: &PupilLesson, local: Local) -> bool {
    lesson.date == local.date
        && (lesson.starts..lesson.ends).contains(&local.minute())
        && !matches!(lesson.change, Some(LessonChange::Cancelled { .. }))
}

fn lesson_view(lesson: PupilLesson, local: Local, subjects: &Subjects) -> LessonView {
    let name = |id: SubjectId| subjects.get(&id).cloned().unwrap_or_default();
    let change = match &lesson.change {
        None => String::new(),
        Some(LessonChange::Cancelled { reason }) if reason.is_empty() => say("diary-cancelled"),
        Some(LessonChange::Cancelled { reason }) => {
            Words::of("diary-cancelled-why").with("reason", reason.clone()).say()
        }
        Some(LessonChange::Substituted { instead_of, .. }) if *instead_of != lesson.subject => {
            Words::of("diary-instead").with("subject", name(*instead_of)).say()
        }
        Some(LessonChange::Substituted { .. }) => say("diary-substituted"),
    };
    LessonView {
        id: lesson.id.get(),
        n: lesson.slot,
        subject: name(lesson.subject),
        subject_id: lesson.subject,
        room: lesson.room.as_deref().map(room_words).unwrap_or_default(),
        time: clock_minute(lesson.starts),
        teacher: lesson.teacher.as_ref().map(school::PersonName::abbreviated).unwrap_or_default(),
        now: is_now(&lesson, local),
        off: matches!(lesson.change, Some(LessonChange::Cancelled { .. })),
        change,
        test: lesson.test.map(|(title, weight)| {
            (Words::of("diary-weight").with("weight", u32::from(weight)).say(), title)
        }),
        homework: lesson
            .homework
            .into_iter()
            .map(|homework| HomeworkView {
                given: homework.given.get(),
                text: homework.text,
                done: homework.done,
            })
            .collect(),
        marks: marks_view(&lesson.marks),
        absence: lesson.absence.map(|(fact, reason)| glyphs::absence_view(fact, reason)),
        topic: lesson.topic.unwrap_or_default(),
        call: 0,
    }
}

/// «каб. 214», or the room's own name: «малый зал».
pub(crate) fn room_words(room: &str) -> String {
    if room.starts_with(|sign: char| sign.is_ascii_digit()) {
        Words::of("diary-room").with("room", room.to_owned()).say()
    } else {
        room.to_owned()
    }
}
