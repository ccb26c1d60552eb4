//! What a teacher writes on the page of a lesson.

use diary::{AbsenceFact, LessonId, LessonTeacher, MarkDraft, MarkValue, WorkId, WorkTypeId};
use messenger::{CardKind, ClientId, ConversationId};
use school::{Fresh, PersonId};
use serde::Deserialize;
use store::Act;

use super::lesson::{Typed, load};
use crate::Failure;
use crate::cx::Cx;
use crate::flows::post_card;
use crate::response::Response;
use crate::views::Flash;
use crate::views::teaching::parse_fact;
use crate::words::say;

/// Answers a write: back to the page, or the page with the sentence and what was typed.
async fn answer(
    cx: Cx,
    lesson: LessonId,
    typed: Typed,
    done: Result<(), Failure>,
) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(cx.go(&format!("/lessons/{lesson}"), Some(Flash::good(say("lesson-saved"), "")))),
        Err(failure) if failure.gives_form_back() => {
            let page = load(&cx, lesson, typed, failure.sentence()).await?;
            cx.refused(&failure, &page)
        }
        Err(failure) => Err(failure),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    topic: String,
    homework: String,
    /// The chat to send the homework to; empty when to none.
    #[serde(default)]
    chat: String,
    #[serde(default)]
    cid: String,
}

/// Topic and homework.
pub(crate) async fn words(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let form: Words = cx.request.form()?;
    let typed = Typed::from([
        ("topic".to_owned(), form.topic.clone()),
        ("homework".to_owned(), form.homework.clone()),
        ("chat".to_owned(), form.chat.clone()),
    ]);
    let chat = chat_of(&form.chat, &form.cid)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .write(move |tx| {
            let by = LessonTeacher::ask(tx, &viewer, lesson, today)?;
            let topic = diary::set_topic(tx, now, &by, Some(&form.topic))?;
            let homework = diary::set_homework(tx, now, &by, Some(&form.homework))?;
            messenger::touch_cards(tx, now, lesson.get())?;
            if let Some(to) = chat {
                if diary::homework_of_lesson(tx, &by)?.is_none() {
                    return Err(diary::JournalError::NoHomework.into());
                }
                post_card(tx, now, &viewer, today, to, CardKind::Homework, lesson)?;
            }
            let joined = |topic: &str, homework: &str| Some(format!("{topic} / {homework}"));
            let before = joined(&topic.unwrap_or_default(), &homework.unwrap_or_default());
            let act = Act::new("diary.lesson.words", "lesson", lesson);
            Ok(((), act.change(before, joined(form.topic.trim(), form.homework.trim()))))
        })
        .await;
    answer(cx, lesson, typed, done).await
}

/// The chat that a form names, with the id of the message it makes; `None` when it names none.
pub(crate) fn chat_of(chat: &str, cid: &str) -> Result<Option<(ConversationId, ClientId)>, Failure> {
    if chat.is_empty() {
        return Ok(None);
    }
    let chat = chat.parse().map_err(|_| Failure::BadForm)?;
    Ok(Some((chat, cid.parse().map_err(|_| Failure::BadForm)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWork {
    work_type: WorkTypeId,
    title: String,
    #[serde(default)]
    draft: Option<String>,
}

/// A new column of the journal.
pub(crate) async fn add_work(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let form: NewWork = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .write(move |tx| {
            let by = LessonTeacher::ask(tx, &viewer, lesson, today)?;
            let work =
                diary::add_work(tx, now, &by, form.work_type, Some(&form.title), form.draft.is_none())?;
            Ok(((), Act::new("diary.work.add", "work", work).change(None, Some(form.work_type.to_string()))))
        })
        .await;
    answer(cx, lesson, Typed::new(), done).await
}

/// Shows a draft to pupils and guardians.
pub(crate) async fn publish(cx: Cx) -> Result<Response, Failure> {
    let (lesson, work): (LessonId, WorkId) = (cx.request.param("lesson")?, cx.request.param("work")?);
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .write(move |tx| {
            let by = LessonTeacher::ask(tx, &viewer, lesson, today)?;
            diary::publish_work(tx, now, &by, work)?;
            Ok(((), Act::new("diary.work.publish", "work", work)))
        })
        .await;
    answer(cx, lesson, Typed::new(), done).await
}

/// Attendance of all pupils and the cells of all works, in one write.
pub(crate) async fn journal(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let fields: Vec<(String, String)> = cx.request.form()?;
    let typed: Typed = fields.into_iter().collect();
    let done = match (exceptions(&typed), drafts(&typed)) {
        (Ok(exceptions), Ok(drafts)) => save(&cx, lesson, exceptions, drafts).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    answer(cx, lesson, typed, done).await
}

async fn save(
    cx: &Cx,
    lesson: LessonId,
    exceptions: Vec<(PersonId, AbsenceFact)>,
    drafts: Vec<MarkDraft>,
) -> Result<(), Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        let by = LessonTeacher::ask(tx, &viewer, lesson, today)?;
        let fresh = Fresh::find(tx, &viewer, now)?;
        let noted = diary::take_attendance(tx, now, &by, &exceptions)?;
        let (mut before, mut after) = (Vec::new(), vec![format!("attendance:{noted}")]);
        for draft in &drafts {
            let written = diary::set_mark(tx, now, &by, draft, fresh.as_ref())?;
            if written.mark.is_some() {
                let cell = format!("{}.{}.{}", draft.work, draft.pupil, draft.cell);
                let text = |value: Option<MarkValue>| value.map_or("", MarkValue::word);
                before.push(format!("{cell}:{}", text(written.before)));
                after.push(format!("{cell}:{}", text(draft.value)));
            }
        }
        let act = Act::new("diary.lesson.journal", "lesson", lesson);
        Ok(((), act.change(Some(before.join(" ")), Some(after.join(" ")))))
    })
    .await
}

fn exceptions(typed: &Typed) -> Result<Vec<(PersonId, AbsenceFact)>, Failure> {
    let mut exceptions = Vec::new();
    for (key, word) in typed {
        let Some(pupil) = key.strip_prefix("a-") else { continue };
        let pupil: PersonId = pupil.parse().map_err(|_| Failure::BadForm)?;
        if word.is_empty() {
            continue;
        }
        let minutes = typed.get(&format!("t-{pupil}")).map_or("", |text| text.trim());
        let minutes = match word.as_str() {
            "late" => minutes.parse().map_err(|_| diary::JournalError::Minutes)?,
            _ => 1,
        };
        exceptions.push((pupil, parse_fact(word, minutes).ok_or(Failure::BadForm)?));
    }
    exceptions.sort_by_key(|(pupil, _)| *pupil);
    Ok(exceptions)
}

fn drafts(typed: &Typed) -> Result<Vec<MarkDraft>, Failure> {
    let mut drafts = Vec::new();
    for (key, text) in typed {
        let Some(cell) = key.strip_prefix("m-") else { continue };
        // A cell that was not touched is not sent anew, so that it cannot undo what a colleague wrote meanwhile.
        if typed.get(&format!("o-{cell}")).is_some_and(|old| old.trim() == text.trim()) {
            continue;
        }
        let mut parts = cell.splitn(3, '-');
        let mut next = || parts.next().ok_or(Failure::BadForm);
        let work: WorkId = next()?.parse().map_err(|_| Failure::BadForm)?;
        let pupil: PersonId = next()?.parse().map_err(|_| Failure::BadForm)?;
        let number: u8 = next()?.parse().map_err(|_| Failure::BadForm)?;
        let seen = typed.get(&format!("r-{cell}")).and_then(|seen| seen.parse().ok()).unwrap_or(0);
        let value = match text.trim() {
            "" => None,
            text => Some(MarkValue::parse(text).ok_or(diary::JournalError::NotAMark)?),
        };
        drafts.push(MarkDraft { work, pupil, cell: number, seen, value, comment: None, reason: None });
    }
    drafts.sort_by_key(|draft| (draft.work, draft.pupil, draft.cell));
    Ok(drafts)
}

#[cfg(test)]
mod tests {
    use diary::MarkValue;

    use crate::views::teaching::mark_text;

    #[test]
    fn what_a_cell_shows_can_be_typed() {
        for value in [MarkValue::Mark(2), MarkValue::Mark(5), MarkValue::Point, MarkValue::Exempt] {
            assert_eq!(MarkValue::parse(&mark_text(value)), Some(value));
        }
    }
}
