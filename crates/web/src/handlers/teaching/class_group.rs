//! The homeroom teacher's page: averages that need care, absences and their reasons.

use askama::Template;
use diary::{AbsenceFact, AbsenceReason, LessonId};
use school::{ClassGroupId, HomeroomOf, PersonId};
use serde::Deserialize;
use store::Act;

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::diary::subject_names;
use crate::response::Response;
use crate::views::teaching::{fact_letter, reason_word};
use crate::views::{Flash, Page, weekday_day};
use crate::words::{Words, count, say};

#[derive(Template)]
#[template(path = "teaching/class_group.html")]
struct ClassPage {
    page: Page,
    class: ClassGroupId,
    heading: String,
    lead: String,
    pupils: Vec<PupilView>,
    absences: Vec<AbsenceView>,
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

struct AbsenceView {
    lesson: LessonId,
    pupil: PersonId,
    name: String,
    line: String,
    letter: String,
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
            let listed =
                |pupil: &PersonId| people.get(pupil).map(school::PersonName::listed).unwrap_or_default();
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
            Ok(ClassPage {
                class,
                heading,
                lead: format!("{} · {}", count("pupils-count", pupils.len()), term.title),
                pupils: views.collect(),
                absences: overview
                    .absences
                    .iter()
                    .filter(|(_, _, noted)| people.contains_key(&noted.pupil))
                    .take(60)
                    .map(|(date, subject, noted)| {
                        let (letter, sup) = fact_letter(noted.fact, None);
                        AbsenceView {
                            lesson: noted.lesson,
                            pupil: noted.pupil,
                            name: listed(&noted.pupil),
                            line: format!(
                                "{} · {}",
                                weekday_day(*date),
                                names.get(subject).map_or("", String::as_str)
                            ),
                            letter: format!("{letter} {sup}").trim_end().to_owned(),
                            reason: noted.reason.map_or("", AbsenceReason::word),
                        }
                    })
                    .collect(),
                reasons: REASONS.map(|reason| (reason.word(), reason_word(reason))),
                page: frame.page(tx)?,
            })
        })
        .await?;
    cx.html(&shown)
}

/// The least key of a pupil's subjects.
const fn first_subject() -> school::SubjectId {
    school::SubjectId::from_row(0)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    lesson: LessonId,
    pupil: PersonId,
    reason: String,
}

/// Says why a pupil was absent.
pub(crate) async fn reason(cx: Cx) -> Result<Response, Failure> {
    let class: ClassGroupId = cx.request.param("class")?;
    let form: Form = cx.request.form()?;
    let reason = match form.reason.as_str() {
        "" => None,
        word => Some(AbsenceReason::from_word(word).ok_or(Failure::BadForm)?),
    };
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        let by = HomeroomOf::ask(tx, &viewer, class, today)?;
        diary::set_absence_reason(tx, now, &by, form.lesson, form.pupil, reason)?;
        let act = Act::new("diary.absence.reason", "person", form.pupil);
        let after = format!("{}:{}", form.lesson, reason.map_or("", AbsenceReason::word));
        Ok(((), act.change(None, Some(after))))
    })
    .await?;
    Ok(cx.go(&format!("/classes/{class}"), Some(Flash::good(say("class-reason-saved"), ""))))
}
