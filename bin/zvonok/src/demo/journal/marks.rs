//! Works of a lesson and the marks of those who were there.

use diary::{JournalError, LessonTeacher, MarkDraft, MarkScale, MarkValue, WorkTypeId};
use school::PersonId;
use store::{UtcInstant, WriteTx};

use super::Corpus;
use super::class::comment;
use crate::demo::content::WorkRow;
use crate::demo::draw::{below, chance, key};

/// Lessons of a term in one subject, about: how the yearly figures of works are spread.
const TERM_LESSONS: usize = 24;

#[expect(clippy::too_many_arguments, reason = "one step of a loop that has all of these at hand")]
pub(super) fn fill(
    tx: &mut WriteTx<'_>,
    at: UtcInstant,
    by: &LessonTeacher<'_>,
    corpus: &Corpus,
    subject: &str,
    grade: u8,
    number: usize,
    present: &[PersonId],
) -> Result<(), JournalError> {
    if by.course().scale == MarkScale::Markless || present.is_empty() {
        return Ok(());
    }
    // Subjects of one hour a week have fewer works.
    let course = key(by.course().id.get());
    for (place, (work_type, row)) in (0_u64..).zip(&corpus.works) {
        if !row.fits(subject, grade) || is_talk(subject) {
            continue;
        }
        let every = (TERM_LESSONS / row.per_term.max(1)).max(2);
        if (number + below(every, &[course, place])).is_multiple_of(every) {
            let all = row.weight > 1;
            add(tx, at, by, corpus, (*work_type, row), all, present)?;
            // One marked work in a lesson is what classes see.
            if all {
                break;
            }
        }
    }
    Ok(())
}

/// «Разговоры о важном» has no marks.
fn is_talk(subject: &str) -> bool {
    subject.starts_with("Разговоры")
}

fn add(
    tx: &mut WriteTx<'_>,
    at: UtcInstant,
    by: &LessonTeacher<'_>,
    corpus: &Corpus,
    (work_type, row): (WorkTypeId, &WorkRow),
    all: bool,
    present: &[PersonId],
) -> Result<(), JournalError> {
    let lesson = key(by.lesson().get());
    let chosen: Vec<PersonId> = if all {
        present.to_vec()
    } else {
        let count = 3 + below(4, &[lesson, 20]);
        let start = below(present.len(), &[lesson, 21]);
        (0..count.min(present.len()))
            .filter_map(|n| present.get((start + n * 5) % present.len()).copied())
            .collect()
    };
    let work = diary::add_work(tx, at, by, work_type, None, true)?;
    let mut given = Vec::new();
    for pupil in chosen {
        if given.contains(&pupil) {
            continue;
        }
        given.push(pupil);
        for cell in 1..=row.cells {
            let keys = [key(pupil.get()), lesson, u64::from(cell), 22];
            let value = value(pupil, by, row.weight, &keys);
            let text = match value.counts() {
                Some(mark) if chance(6, &[key(pupil.get()), lesson, 23]) => {
                    comment(corpus, &row.kind, mark, &keys)
                }
                Some(_) | None => None,
            };
            let draft = MarkDraft {
                work,
                pupil,
                cell,
                seen: 0,
                value: Some(value),
                comment: text.map(str::to_owned),
                reason: None,
            };
            diary::set_mark(tx, at, by, &draft, None)?;
        }
    }
    Ok(())
}

/// A mark by the pupil's ability, their turn for the subject, and the day.
fn value(pupil: PersonId, by: &LessonTeacher<'_>, weight: u8, keys: &[u64]) -> MarkValue {
    let ability = 30 + below(70, &[key(pupil.get()), 24]);
    let turn = below(30, &[key(pupil.get()), key(by.course().subject.get()), 25]);
    let luck = below(60, keys);
    if weight == 1 && luck == 0 {
        return MarkValue::Point;
    }
    // Tests are a little harder than answers.
    let score = (ability + turn + luck).saturating_sub(usize::from(weight) * 5);
    MarkValue::Mark(match score {
        115.. => 5,
        68..=114 => 4,
        24..=67 => 3,
        _ => 2,
    })
}
