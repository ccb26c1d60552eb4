//! Attendance of a lesson, derived from the log of its call by a pure rule (CALL-F31, CALL-I8).

use std::collections::BTreeMap;

use school::PersonId;
use store::UtcInstant;
use time::Duration;

use crate::{Entry, EntryKind, LATE, PRESENT, VisitId};

/// When somebody was there, and when late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttendanceRules {
    /// So long in all counts as having been there; of a shorter lesson, half of it.
    pub present: Duration,
    /// Whoever comes later than this after the bell is late.
    pub late: Duration,
}

impl Default for AttendanceRules {
    fn default() -> Self {
        Self { present: PRESENT, late: LATE }
    }
}

/// A stretch of time, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The beginning.
    pub from: UtcInstant,
    /// The end.
    pub to: UtcInstant,
}

/// What the rule says of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Was there.
    Present,
    /// Was there, and came so many minutes after the bell.
    Late(u8),
    /// Was not there, or not long enough.
    Absent,
}

/// One person's part in a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// When they were connected, between the bells, without overlaps.
    pub spans: Vec<Span>,
    /// How long in all.
    pub total: Duration,
    /// What the rule says.
    pub verdict: Verdict,
}

impl Presence {
    /// Of whoever was never connected between the bells.
    #[must_use]
    pub const fn none() -> Self {
        Self { spans: Vec::new(), total: Duration::ZERO, verdict: Verdict::Absent }
    }
}

/// Everybody's part in a lesson, of those whom the log names. A visit counts from its connection, not from its
/// admission, to its end; one that has no end counts until `now`. Two devices at once count once.
#[must_use]
pub fn attendance(
    entries: &[Entry],
    lesson: Span,
    now: UtcInstant,
    rules: AttendanceRules,
) -> BTreeMap<PersonId, Presence> {
    let mut connected: BTreeMap<VisitId, (PersonId, UtcInstant)> = BTreeMap::new();
    let mut left: BTreeMap<VisitId, UtcInstant> = BTreeMap::new();
    let mut stays: BTreeMap<PersonId, Vec<Span>> = BTreeMap::new();
    for entry in entries {
        match entry.kind {
            EntryKind::Admitted => {
                stays.entry(entry.person).or_default();
            }
            // Media that is received proves the connection, should its own line be missing.
            EntryKind::Connected | EntryKind::Flowing(_) => {
                connected.entry(entry.visit).or_insert((entry.person, entry.at));
            }
            EntryKind::Left(_) => {
                left.insert(entry.visit, entry.at);
            }
        }
    }
    for (visit, (person, from)) in connected {
        let to = left.get(&visit).copied().unwrap_or(now);
        let clipped = Span { from: from.max(lesson.from), to: to.min(lesson.to) };
        if clipped.from < clipped.to {
            stays.entry(person).or_default().push(clipped);
        }
    }
    let enough = rules.present.min(lesson.to.since(lesson.from) / 2);
    stays.into_iter().map(|(person, spans)| (person, judge(united(spans), lesson, enough, rules))).collect()
}

fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut united: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match united.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => united.push(span),
        }
    }
    united
}

fn judge(spans: Vec<Span>, lesson: Span, enough: Duration, rules: AttendanceRules) -> Presence {
    let total = spans.iter().fold(Duration::ZERO, |sum, span| sum + span.to.since(span.from));
    let verdict = match spans.first() {
        Some(first) if total >= enough => {
            let after = first.from.since(lesson.from);
            if after > rules.late {
                // Whole minutes of the journal: 1 to 45.
                Verdict::Late(u8::try_from(after.whole_minutes().clamp(1, 45)).unwrap_or(45))
            } else {
                Verdict::Present
            }
        }
        Some(_) | None => Verdict::Absent,
    };
    Presence { spans, total, verdict }
}
