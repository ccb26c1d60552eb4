//! The homeroom teacher's page: averages that need care, absences and their reasons.

use std::collections::HashMap;

use askama::Template;
use diary::{AbsenceFact, AbsenceReason, ClassOverview};
use school::{ClassGroupId, HomeroomOf, PersonId, PersonName};
use serde::Deserialize;
use store::Act;
use time::{Date, Duration};

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::diary::{parse_date, subject_names};
use crate::response::Response;
use crate::views::diary::{Subjects, absence_words};
use crate::views::teaching::reason_word;
use crate::views::{Flash, Page, weekday_day};
use crate::words::{Words, count, say};

#[derive(Template)]
#[template(path = "teaching/class_group.html")]
struct ClassPage {
    page: Page,
    class: ClassGroupId,
    waiting: usize,
    heading: String,
    lead: String,
    pupils: Vec<PupilView>,
    /// Days with a lesson missed for no reason known yet.
    waiting_days: Vec<AbsenceView>,
    explained: Vec<AbsenceView>,
    /// Days on which nothing was missed: late, exempt, from home.
    other: Vec<AbsenceView>,
    reasons: [(&'static str, &'static str); 4],
}

struct PupilView {
    n: usize,
    name: String,
    subjects: usize,
    low: String,
    missed: usize,
    unexplained: usize,
}

/// What is noted of a pupil on one day.
struct AbsenceView {
    date: Date,
    pupil: PersonId,
    name: String,
    day: String,
    /// What happened, and in which lessons how often: «нет на уроке», «Труд» twice.
    what: Vec<(String, Vec<(String, u8)>)>,
    missed: bool,
    reason: &'static str,
}

const REASONS: [AbsenceReason; 4] =
    [AbsenceReason::Illness, AbsenceReason::Valid, AbsenceReason::Invalid, AbsenceReason::School];

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let class: ClassGroupId = cx.request.param("class")?;
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let mut frame = cx.frame(String::new());
    let shown = cx
        .read(move |tx| {
            let by = HomeroomOf::ask(tx, &viewer, class, today)?;
            let group = school::load_class_group(tx, class)?;
            let terms = school::list_terms(tx, group.year, group.term_kind)?;
            let term = terms
                .iter()
                .rev()
                .find(|term| term.starts <= today)
                .or(terms.first())
                .ok_or(Failure::NotFound)?;
            let overview = diary::class_overview(tx, &by, term.starts, term.ends)?;
            let names = subject_names(tx)?;
            let pupils = school::class_pupils(tx, class, today)?;
            let people = school::names_of(tx, &pupils)?;
            let listed = |pupil: &PersonId| people.get(pupil).map(PersonName::listed).unwrap_or_default();
            let missed = |pupil: PersonId, unexplained: bool| {
                let own = overview.absences.iter().filter(|(_, _, noted)| {
                    noted.pupil == pupil
                        && noted.fact == AbsenceFact::Absent
                        && (!unexplained || noted.reason.is_none())
                });
                own.count()
            };
            let views = (1..).zip(&pupils).map(|(n, pupil)| {
                let own = overview
                    .averages
                    .range((*pupil, first_subject())..)
                    .take_while(|((id, _), _)| id == pupil);
                let low: Vec<String> = own
                    .clone()
                    .filter(|(_, average)| !average.reaches(350))
                    .map(|((_, subject), average)| {
                        format!("{} {average}", names.get(subject).map_or("", String::as_str))
                    })
                    .collect();
                PupilView {
                    n,
                    name: listed(pupil),
                    subjects: own.count(),
                    low: low.join(", "),
                    missed: missed(*pupil, false),
                    unexplained: missed(*pupil, true),
                }
            });
            let heading = Words::of("tab-class").with("class", group.label.to_string()).say();
            frame.title.clone_from(&heading);
            let (missed, mut other): (Vec<_>, Vec<_>) =
                days(&overview, &people, &names).into_iter().partition(|day| day.missed);
            let (waiting_days, mut explained): (Vec<_>, Vec<_>) =
                missed.into_iter().partition(|day| day.reason.is_empty());
            explained.truncate(LONGEST);
            other.truncate(LONGEST);
            Ok(ClassPage {
                class,
                waiting: linking::waiting_in_class(tx, &by, today)?.len()
                    + linking::changes_in_class(tx, &by, today)?.len(),
                heading,
                lead: format!("{} · {}", count("pupils-count", pupils.len()), term.title),
                pupils: views.collect(),
                waiting_days,
                explained,
                other,
                reasons: REASONS.map(|reason| (reason.word(), reason_word(reason))),
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

/// So many days that need nothing are enough for a page.
const LONGEST: usize = 60;

/// The notes of a pupil's day in one row, the newest first.
fn days(
    overview: &ClassOverview,
    people: &HashMap<PersonId, PersonName>,
    names: &Subjects,
) -> Vec<AbsenceView> {
    let mut days: Vec<AbsenceView> = Vec::new();
    for (date, subject, noted) in &overview.absences {
        let Some(name) = people.get(&noted.pupil) else { continue };
        let missed = noted.fact == AbsenceFact::Absent;
        let (what, subject) = (absence_words(noted.fact), names.get(subject).cloned().unwrap_or_default());
        let reason = noted.reason.map_or("", AbsenceReason::word);
        match days.iter_mut().find(|day| day.date == *date && day.pupil == noted.pupil) {
            Some(day) => {
                match day.what.iter_mut().find(|(other, _)| *other == what) {
                    Some((_, subjects)) => match subjects.iter_mut().find(|(other, _)| *other == subject) {
                        Some((_, times)) => *times += 1,
                        None => subjects.push((subject, 1)),
                    },
                    None => day.what.push((what, vec![(subject, 1)])),
                }
                // A day of which a missed part is unexplained waits for a reason.
                if missed && (!day.missed || reason.is_empty()) {
                    day.reason = reason;
                }
                day.missed |= missed;
            }
            None => days.push(AbsenceView {
                date: *date,
                pupil: noted.pupil,
                name: name.listed(),
                day: weekday_day(*date),
                what: vec![(what, vec![(subject, 1)])],
                missed,
                reason,
            }),
        }
    }
    days
}

/// The least key of a pupil's subjects.
const fn first_subject() -> school::SubjectId {
    school::SubjectId::from_row(0)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    date: String,
    pupil: PersonId,
    reason: String,
}

/// Says why a pupil was absent on a day: of all lessons with a note at once.
pub(crate) async fn reason(cx: Cx) -> Result<Response, Failure> {
    let class: ClassGroupId = cx.request.param("class")?;
    let form: Form = cx.request.form()?;
    let reason = match form.reason.as_str() {
        "" => None,
        word => Some(AbsenceReason::from_word(word).ok_or(Failure::BadForm)?),
    };
    let date = parse_date(&form.date).ok_or(Failure::BadForm)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        let by = HomeroomOf::ask(tx, &viewer, class, today)?;
        let next = date.saturating_add(Duration::DAY);
        let noted = diary::class_overview(tx, &by, date, next)?.absences;
        let own: Vec<_> = noted.into_iter().filter(|(_, _, noted)| noted.pupil == form.pupil).collect();
        if own.is_empty() {
            return Err(diary::JournalError::NoAbsence.into());
        }
        for (_, _, noted) in own {
            diary::set_absence_reason(tx, now, &by, noted.lesson, form.pupil, reason)?;
        }
        let act = Act::new("diary.absence.reason", "person", form.pupil);
        let after = format!("{date}:{}", reason.map_or("", AbsenceReason::word));
        Ok(((), act.change(None, Some(after))))
    })
    .await?;
    Ok(cx.go(&format!("/classes/{class}"), Some(Flash::good(say("class-reason-saved"), ""))))
}
