//! The strip above a week: what is now, what is due, what is new.

use std::collections::BTreeMap;

use diary::{LessonChange, PupilHomework, PupilLesson, PupilMark};
use school::{Local, SubjectId};

use super::{MarkView, Subjects, clock_minute, is_now, mark_view, room_words};
use crate::words::{Words, count, say};

/// The three answers.
pub(crate) struct StripView {
    pub(crate) now: String,
    pub(crate) until: String,
    pub(crate) bells: Vec<BellView>,
    pub(crate) due: String,
    pub(crate) tasks: Vec<(String, String)>,
    pub(crate) news: Vec<(String, Vec<MarkView>)>,
}

/// A segment of the bell ribbon.
pub(crate) struct BellView {
    pub(crate) n: u8,
    pub(crate) time: String,
    pub(crate) state: &'static str,
    /// Where the dot stands, in steps of five; only in the running lesson.
    pub(crate) at: Option<u16>,
}

/// Builds the strip from today's lessons, what is due next, and today's marks.
pub(crate) fn strip(
    today: &[PupilLesson],
    due: &[PupilHomework],
    news: &[(SubjectId, PupilMark)],
    local: Local,
    subjects: &Subjects,
) -> StripView {
    let name = |id: SubjectId| subjects.get(&id).cloned().unwrap_or_default();
    let (now, until) = present(today, local, subjects);
    let open: Vec<&PupilHomework> = due.iter().filter(|homework| !homework.done).collect();
    let soonest: Vec<&PupilHomework> = open
        .iter()
        .filter(|homework| Some(homework.due_date) == open.first().map(|first| first.due_date))
        .copied()
        .collect();
    let mut fresh: BTreeMap<String, Vec<MarkView>> = BTreeMap::new();
    for (subject, mark) in news {
        fresh.entry(lower_first(&name(*subject))).or_default().push(mark_view(mark.value, mark.weight));
    }
    StripView {
        now,
        until,
        bells: ribbon(today, local),
        due: due_words(&open, local),
        tasks: soonest
            .iter()
            .take(3)
            .map(|homework| (name(homework.subject), homework.text.clone()))
            .collect(),
        news: fresh.into_iter().collect(),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn due_words(open: &[&PupilHomework], local: Local) -> String {
    let Some(first) = open.first() else { return say("strip-nothing-due") };
    let tomorrow = local.date.next_day() == Some(first.due_date);
    let day = if tomorrow { say("strip-tomorrow") } else { super::day_month(first.due_date) };
    let same = open.iter().filter(|homework| homework.due_date == first.due_date).count();
    Words::of("strip-due").with("day", day).with("count", same).say()
}

fn present(today: &[PupilLesson], local: Local, subjects: &Subjects) -> (String, String) {
    let standing: Vec<&PupilLesson> = today
        .iter()
        .filter(|lesson| !matches!(lesson.change, Some(LessonChange::Cancelled { .. })))
        .collect();
    let words = |id, lesson: &PupilLesson| {
        let subject = subjects.get(&lesson.subject).map(|name| lower_first(name)).unwrap_or_default();
        let room = lesson.room.as_deref().map(|room| format!(", {}", room_words(room))).unwrap_or_default();
        Words::of(id).with("lesson", format!("{subject}{room}")).say()
    };
    let left = |minutes: u16| count("strip-minutes", usize::from(minutes));
    if let Some(lesson) = standing.iter().find(|lesson| is_now(lesson, local)) {
        return (words("strip-now", lesson), left(lesson.ends - local.minute()));
    }
    match standing.iter().find(|lesson| lesson.starts > local.minute()) {
        Some(lesson) if lesson.starts - local.minute() <= 90 => {
            (words("strip-next", lesson), left(lesson.starts - local.minute()))
        }
        Some(lesson) => (words("strip-next", lesson), clock_minute(lesson.starts)),
        None if standing.is_empty() => (say("strip-no-lessons"), String::new()),
        None => (say("strip-over"), String::new()),
    }
}

fn ribbon(today: &[PupilLesson], local: Local) -> Vec<BellView> {
    let mut bells: Vec<BellView> = Vec::new();
    for lesson in today {
        if bells.last().is_some_and(|bell| bell.n == lesson.slot) {
            continue;
        }
        let minute = local.minute();
        let cancelled = matches!(lesson.change, Some(LessonChange::Cancelled { .. }));
        let state = if cancelled {
            "is-off"
        } else if is_now(lesson, local) {
            "is-now"
        } else if minute >= lesson.ends {
            "is-past"
        } else {
            ""
        };
        let at = (state == "is-now").then(|| {
            let percent = (minute - lesson.starts) * 100 / (lesson.ends - lesson.starts).max(1);
            percent / 5 * 5
        });
        bells.push(BellView { n: lesson.slot, time: clock_minute(lesson.starts), state, at });
    }
    bells
}
