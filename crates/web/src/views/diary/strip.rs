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
    /// What the script that counts the minutes down needs.
    pub(crate) clock: ClockView,
    pub(crate) bells: Vec<BellView>,
    pub(crate) due: String,
    pub(crate) tasks: Vec<(String, String)>,
    pub(crate) news: Vec<(String, Vec<MarkView>)>,
}

/// The school's time, for the script: all in seconds of the school's day.
#[derive(Default)]
pub(crate) struct ClockView {
    pub(crate) now: u32,
    /// The bell that the shown minutes lead to; zero when none are shown.
    pub(crate) until: u32,
    /// When the strip says something else; zero after the last bell.
    pub(crate) change: u32,
    /// «до звонка 1 минута», 2, 5: the script puts the number in.
    pub(crate) forms: [String; 3],
}

/// A segment of the bell ribbon.
pub(crate) struct BellView {
    pub(crate) n: u8,
    pub(crate) time: String,
    pub(crate) state: &'static str,
    /// Where the dot stands, in steps of five; only in the running lesson.
    pub(crate) at: Option<u16>,
    /// The bells of the running lesson, in seconds of the day.
    pub(crate) from: u32,
    pub(crate) to: u32,
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
    let (now, until, clock) = present(today, local, subjects);
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
        clock,
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

/// «математика» of «Математика».
pub(crate) fn lower_first(text: &str) -> String {
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

/// Minutes are counted down to a bell that is at most this far.
const NEAR: u16 = 90;

fn present(today: &[PupilLesson], local: Local, subjects: &Subjects) -> (String, String, ClockView) {
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
    let clock = |until: u16, change: u16| ClockView {
        now: u32::from(local.minute()) * 60 + u32::from(local.time.second()),
        until: u32::from(until) * 60,
        change: u32::from(change) * 60,
        forms: [1, 2, 5].map(left),
    };
    if let Some(lesson) = standing.iter().find(|lesson| is_now(lesson, local)) {
        let ends = lesson.ends;
        return (words("strip-now", lesson), left(ends - local.minute()), clock(ends, ends));
    }
    match standing.iter().find(|lesson| lesson.starts > local.minute()) {
        Some(lesson) if lesson.starts - local.minute() <= NEAR => {
            let starts = lesson.starts;
            (words("strip-next", lesson), left(starts - local.minute()), clock(starts, starts))
        }
        Some(lesson) => {
            (words("strip-next", lesson), clock_minute(lesson.starts), clock(0, lesson.starts - NEAR))
        }
        None if standing.is_empty() => (say("strip-no-lessons"), String::new(), clock(0, 0)),
        None => (say("strip-over"), String::new(), clock(0, 0)),
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
        bells.push(BellView {
            n: lesson.slot,
            time: clock_minute(lesson.starts),
            state,
            at,
            from: u32::from(lesson.starts) * 60,
            to: u32::from(lesson.ends) * 60,
        });
    }
    bells
}
