//! One lesson of the head of studies: put somebody in, cancel, take back.

use askama::Template;
use diary::{CourseId, LessonId, LessonState, NewSubstitution};
use messenger::ConversationId;
use school::{DeputyHead, PersonId, PersonName};
use serde::Deserialize;
use store::Act;

use crate::Failure;
use crate::cx::Cx;
use crate::flows::{change_chat, follow_substitutes, tell_change};
use crate::handlers::diary::subject_names;
use crate::handlers::sferum::new_cid;
use crate::handlers::teaching::lesson_write::chat_of;
use crate::handlers::teaching::{group_line_of, span};
use crate::response::Response;
use crate::views::sferum::name_of;
use crate::views::{Flash, Page, weekday_day};
use crate::words::{Words, count, say};

#[derive(Template)]
#[template(path = "study/substitution.html")]
struct LessonPage {
    page: Page,
    lesson: LessonId,
    date: String,
    heading: String,
    lead: String,
    error: String,
    held: bool,
    changed: bool,
    free: Vec<(PersonId, String, bool)>,
    courses: Vec<(CourseId, String)>,
    reason: String,
    room: String,
    /// Where the class can be told of the change, and whether it is to be.
    chat: Option<(ConversationId, String, bool)>,
    cid: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    teacher: Option<PersonId>,
    #[serde(default)]
    course: String,
    #[serde(default)]
    room: String,
    #[serde(default)]
    reason: String,
    /// The chat to tell of the change; empty when none.
    #[serde(default)]
    chat: String,
    #[serde(default)]
    cid: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let shown = load(&cx, lesson, Form::default(), String::new()).await?;
    cx.html(&shown)
}

async fn load(cx: &Cx, lesson: LessonId, typed: Form, error: String) -> Result<LessonPage, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("tab-substitutions"));
    let cid = new_cid(cx);
    cx.read(move |tx| {
        let by = DeputyHead::ask(tx, &viewer, today)?;
        let lesson = diary::find_lesson(tx, lesson)?.ok_or(Failure::NotFound)?;
        let course = diary::find_course_by_id(tx, lesson.course)?.ok_or(Failure::NotFound)?;
        let names = subject_names(tx)?;
        let free = diary::free_teachers(tx, &by, &lesson)?;
        let people = school::names_of(tx, &free.iter().map(|free| free.person).collect::<Vec<_>>())?;
        let changes = diary::substitutions_on(tx, &by, lesson.date)?;
        let courses = diary::courses_of_class(tx, lesson.class_group)?;
        Ok(LessonPage {
            heading: names.get(&course.subject).cloned().unwrap_or_default(),
            lead: format!(
                "{} · {} · {}, {}",
                group_line_of(tx, lesson.group)?,
                weekday_day(lesson.date),
                Words::of("lesson-number").with("n", u32::from(lesson.slot)).say(),
                span(lesson.starts, lesson.ends)
            ),
            date: lesson.date.to_string(),
            error,
            held: lesson.state == LessonState::Held,
            changed: changes.iter().any(|(other, _)| other.id == lesson.id),
            free: free
                .iter()
                .map(|free| {
                    let name = people.get(&free.person).map(PersonName::abbreviated).unwrap_or_default();
                    let note = match (free.knows_subject, free.knows_class) {
                        (true, _) => say("substitution-knows-subject"),
                        (false, true) => say("substitution-knows-class"),
                        (false, false) => String::new(),
                    };
                    let load = count("teaching-lessons", free.lessons as usize);
                    let line =
                        [name, note, load].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
                    (free.person, line.join(" · "), typed.teacher == Some(free.person))
                })
                .collect(),
            courses: courses
                .into_iter()
                .filter(|other| other.group == lesson.group && other.id != lesson.planned_course)
                .map(|other| (other.id, names.get(&other.subject).cloned().unwrap_or_default()))
                .collect(),
            chat: change_chat(tx, &viewer, lesson.class_group, today)?
                .map(|chat| (chat.id, name_of(&chat), typed.chat == chat.id.to_string())),
            cid,
            reason: typed.reason,
            room: typed.room,
            lesson: lesson.id,
            page: frame.page(tx)?,
        })
    })
    .await
}

async fn answer(
    cx: Cx,
    lesson: LessonId,
    typed: Form,
    done: Result<(), Failure>,
    said: &'static str,
) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(cx
            .go(&format!("/substitutions/{lesson}"), Some(Flash::good(say(said), say("substitution-told"))))),
        Err(failure) if failure.gives_form_back() => {
            let page = load(&cx, lesson, typed, failure.sentence()).await?;
            cx.refused(&failure, &page)
        }
        Err(failure) => Err(failure),
    }
}

/// Puts another teacher into the lesson.
pub(crate) async fn substitute(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let form: Form = cx.request.form()?;
    let teacher = form.teacher.ok_or(Failure::BadForm)?;
    let course: Option<CourseId> = match form.course.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| Failure::BadForm)?),
    };
    let typed = form.clone();
    let chat = chat_of(&form.chat, &form.cid)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .write(move |tx| {
            let by = DeputyHead::ask(tx, &viewer, today)?;
            let room = Some(form.room.as_str());
            let new = NewSubstitution { teacher, course, room, reason: &form.reason };
            let changed = diary::substitute(tx, &by, now, lesson, &new)?;
            follow_substitutes(tx, now, today)?;
            tell_change(tx, now, &viewer, today, chat, lesson)?;
            let act = Act::new("diary.lesson.substitute", "lesson", lesson).because(form.reason.trim());
            Ok(((), act.change(Some(changed.before), Some(changed.after))))
        })
        .await;
    answer(cx, lesson, typed, done, "substitution-saved").await
}

/// Cancels the lesson for its date.
pub(crate) async fn cancel(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let form: Form = cx.request.form()?;
    let typed = form.clone();
    let chat = chat_of(&form.chat, &form.cid)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .write(move |tx| {
            let by = DeputyHead::ask(tx, &viewer, today)?;
            let changed = diary::cancel_lesson(tx, &by, now, lesson, &form.reason)?;
            follow_substitutes(tx, now, today)?;
            tell_change(tx, now, &viewer, today, chat, lesson)?;
            let act = Act::new("diary.lesson.cancel", "lesson", lesson).because(form.reason.trim());
            Ok(((), act.change(Some(changed.before), Some(changed.after))))
        })
        .await;
    answer(cx, lesson, typed, done, "substitution-cancelled").await
}

/// Takes the change back.
pub(crate) async fn restore(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .write(move |tx| {
            let by = DeputyHead::ask(tx, &viewer, today)?;
            let changed = diary::restore_lesson(tx, &by, now, lesson)?;
            follow_substitutes(tx, now, today)?;
            tell_change(tx, now, &viewer, today, None, lesson)?;
            let act = Act::new("diary.lesson.restore", "lesson", lesson);
            Ok(((), act.change(Some(changed.before), Some(changed.after))))
        })
        .await;
    answer(cx, lesson, Form::default(), done, "substitution-restored").await
}
