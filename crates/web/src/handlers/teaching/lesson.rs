//! The page of one lesson: topic, homework, attendance, marks.

use std::collections::HashMap;

use askama::Template;
use diary::{AbsenceFact, Hand, LessonId, LessonState, LessonTeacher, MarkScale};
use messenger::{Conversation, ConversationId};
use store::ReadTx;

use super::lesson_call::CallView;
use super::{group_line_of, span};
use crate::Failure;
use crate::cx::Cx;
use crate::flows::{calls_of_lessons, homework_chats, proposal, readiness};
use crate::handlers::sferum::new_cid;
use crate::response::Response;
use crate::views::checks::ReadyView;
use crate::views::diary::room_words;
use crate::views::sferum::name_of;
use crate::views::teaching::{fact_word, mark_text};
use crate::views::{Frame, Page, day_month, weekday_day};
use crate::words::{Words, say};

/// What was typed into the page's forms, to be shown again when it was refused.
pub(crate) type Typed = HashMap<String, String>;

#[derive(Template)]
#[template(path = "teaching/lesson.html")]
pub(crate) struct LessonPage {
    page: Page,
    lesson: LessonId,
    course: i64,
    heading: String,
    lead: String,
    note: String,
    error: String,
    cancelled: bool,
    own: bool,
    topic: String,
    homework: String,
    /// The chats that the homework can be sent to.
    chats: Vec<(ConversationId, String, bool)>,
    cid: String,
    due: String,
    taken: bool,
    markless: bool,
    works: Vec<WorkView>,
    types: Vec<TypeView>,
    pupils: Vec<PupilView>,
    /// What the lesson's call says of its pupils.
    call: Option<CallView>,
    /// How the class stands before the lesson's call, to whoever leads it.
    ready: Option<ReadyView>,
    /// The lesson's call while it is open, 0 when it is not.
    open_call: i64,
}

struct WorkView {
    id: i64,
    title: String,
    weight: u8,
    draft: bool,
}

struct TypeView {
    id: i64,
    name: String,
    weight: u8,
}

struct PupilView {
    id: i64,
    n: usize,
    name: String,
    fact: &'static str,
    minutes: String,
    reason: &'static str,
    cells: Vec<CellView>,
}

struct CellView {
    key: String,
    label: String,
    text: String,
    seen: u32,
    old: String,
    /// What somebody else has written there since the form was opened; empty when nobody has (DIA-I18).
    since: String,
}

/// What a cell shows, and what is said beside it: a value typed against an older state stays, with what stands now;
/// a cell that was not touched shows what stands.
fn cell_text(typed: &Typed, key: &str, seen: u32, stands: &str) -> (String, String) {
    let Some(text) = typed.get(&format!("m-{key}")) else { return (stands.to_owned(), String::new()) };
    let touched = typed.get(&format!("o-{key}")).is_none_or(|old| old.trim() != text.trim());
    if !touched {
        return (stands.to_owned(), String::new());
    }
    let known: u32 = typed.get(&format!("r-{key}")).and_then(|known| known.parse().ok()).unwrap_or(0);
    let since = match stands {
        _ if known == seen || stands == text.trim() => String::new(),
        "" => say("lesson-since-empty"),
        stands => Words::of("lesson-since").with("value", stands.to_owned()).say(),
    };
    (text.clone(), since)
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let shown = load(&cx, lesson, Typed::new(), String::new()).await?;
    cx.html(&shown)
}

/// The page, with what was typed and what was wrong with it.
pub(crate) async fn load(
    cx: &Cx,
    lesson: LessonId,
    typed: Typed,
    error: String,
) -> Result<LessonPage, Failure> {
    let (viewer, today, now) = (cx.signed_in()?.viewer, cx.today(), cx.now);
    let (zone, rules) = (cx.app.school().zone.clone(), cx.app.settings.calls.attendance);
    let has_calls = cx.app.settings.calls.is_on();
    let frame = cx.frame(say("lesson-title"));
    let cid = new_cid(cx);
    cx.read(move |tx| {
        let by = LessonTeacher::ask(tx, &viewer, lesson, today)?;
        let chats = homework_chats(tx, &viewer, &by, today)?;
        let call = proposal(tx, now, &zone, &by, rules)?;
        let call = call.map(|call| CallView::of(tx, call)).transpose()?;
        let checks = if has_calls { readiness(tx, now, &zone, &viewer, lesson)? } else { None };
        let ready = checks.map(|checks| ReadyView::of(tx, &zone, today, &checks)).transpose()?;
        let open = calls_of_lessons(tx, &viewer, &zone, &[lesson])?;
        let open_call = open.first().map_or(0, |(_, call)| call.get());
        Ok(LessonPage { call, ready, open_call, ..build(tx, &by, frame, &typed, (chats, cid), error)? })
    })
    .await
}

fn build(
    tx: &ReadTx<'_>,
    by: &LessonTeacher<'_>,
    mut frame: Frame,
    typed: &Typed,
    (chats, cid): (Vec<Conversation>, String),
    error: String,
) -> Result<LessonPage, Failure> {
    let lesson = diary::find_lesson(tx, by.lesson())?.ok_or(Failure::NotFound)?;
    let course = by.course();
    let subject = school::load_subject(tx, course.subject)?.name;
    let types = diary::list_work_types(tx)?;
    let works: Vec<WorkView> = diary::works_of_lesson(tx, by)?
        .into_iter()
        .map(|work| WorkView {
            id: work.id.get(),
            title: work.title.clone().unwrap_or_else(|| {
                types
                    .iter()
                    .find(|kind| kind.id == work.work_type)
                    .map(|kind| kind.name.clone())
                    .unwrap_or_default()
            }),
            weight: work.weight,
            draft: !work.published,
        })
        .collect();
    let homework = diary::homework_of_lesson(tx, by)?;
    let typed_or = |key: &str, stored: Option<String>| typed.get(key).cloned().or(stored).unwrap_or_default();
    frame.title.clone_from(&subject);
    Ok(LessonPage {
        lesson: lesson.id,
        course: course.id.get(),
        lead: [
            group_line_of(tx, course.group)?,
            weekday_day(lesson.date),
            Words::of("lesson-number").with("n", u32::from(lesson.slot)).say(),
            span(lesson.starts, lesson.ends),
        ]
        .into_iter()
        .chain(lesson.room.as_deref().map(room_words))
        .collect::<Vec<_>>()
        .join(" · "),
        heading: subject,
        note: match (lesson.state, by.hand()) {
            (LessonState::Cancelled, _) => say("lesson-cancelled"),
            (_, Hand::Substitute) => say("lesson-substitute"),
            (_, Hand::Teacher) => String::new(),
        },
        error,
        cancelled: lesson.state == LessonState::Cancelled,
        own: by.hand() == Hand::Teacher,
        topic: typed_or("topic", lesson.topic.clone()),
        due: homework.as_ref().map(|task| day_month(task.due_date)).unwrap_or_default(),
        homework: typed_or("homework", homework.map(|task| task.text)),
        chats: chats
            .iter()
            .map(|chat| {
                (chat.id, name_of(chat), typed.get("chat").is_some_and(|id| *id == chat.id.to_string()))
            })
            .collect(),
        cid,
        taken: lesson.attendance_taken,
        markless: course.scale == MarkScale::Markless,
        pupils: pupils(tx, by, typed)?,
        types: types
            .into_iter()
            .map(|kind| TypeView { id: kind.id.get(), name: kind.name, weight: kind.weight })
            .collect(),
        works,
        call: None,
        ready: None,
        open_call: 0,
        page: frame.page(tx)?,
    })
}

fn pupils(tx: &ReadTx<'_>, by: &LessonTeacher<'_>, typed: &Typed) -> Result<Vec<PupilView>, Failure> {
    let members = school::members_of(tx, by.course().group, by.date())?;
    let names = school::names_of(tx, &members)?;
    let works = diary::works_of_lesson(tx, by)?;
    let cells = diary::cells_of_lesson(tx, by)?;
    let noted = diary::attendance_of_lesson(tx, by)?;
    let mut views = Vec::new();
    for (n, pupil) in (1..).zip(members) {
        let name = names.get(&pupil).map(school::PersonName::listed).unwrap_or_default();
        let note = noted.iter().find(|note| note.pupil == pupil);
        let minutes = note.and_then(|note| match note.fact {
            AbsenceFact::Late(minutes) => Some(minutes.to_string()),
            AbsenceFact::Absent | AbsenceFact::Exempt | AbsenceFact::Distance => None,
        });
        let mut row = Vec::new();
        for work in &works {
            for number in 1..=work.cells {
                let stands = cells
                    .iter()
                    .find(|cell| cell.work == work.id && cell.pupil == pupil && cell.cell == number);
                let old = stands.and_then(|cell| cell.value).map(mark_text).unwrap_or_default();
                let key = format!("{}-{pupil}-{number}", work.id);
                let seen = stands.map_or(0, |cell| cell.revision);
                let (text, since) = cell_text(typed, &key, seen, &old);
                row.push(CellView {
                    text,
                    since,
                    label: Words::of("lesson-cell")
                        .with("name", name.clone())
                        .with("n", u32::from(number))
                        .say(),
                    seen,
                    old,
                    key,
                });
            }
        }
        let fact = match typed.get(&format!("a-{pupil}")) {
            Some(word) => fact_word(crate::views::teaching::parse_fact(word, 1)),
            None => fact_word(note.map(|note| note.fact)),
        };
        views.push(PupilView {
            id: pupil.get(),
            n,
            fact,
            minutes: typed.get(&format!("t-{pupil}")).cloned().or(minutes).unwrap_or_default(),
            reason: note.and_then(|note| note.reason).map_or("", crate::views::teaching::reason_word),
            cells: row,
            name,
        });
    }
    Ok(views)
}
