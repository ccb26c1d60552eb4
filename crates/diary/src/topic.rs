//! What a lesson was about.

use store::{NewEvent, UtcInstant, WriteTx};

use crate::{JournalError, LessonEvent, LessonTeacher, next_lesson_state, storage};

/// Writes the topic of a lesson, or clears it. A lesson with a topic counts as held (DIA-ST1). Returns what stood.
///
/// # Errors
/// [`JournalError::TextTooLong`] above two hundred characters, [`JournalError::TextUnclean`],
/// [`JournalError::Cancelled`], [`JournalError::TermClosed`].
pub fn set_topic(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    topic: Option<&str>,
) -> Result<Option<String>, JournalError> {
    crate::mark::writable(tx, now, by)?;
    let topic = match topic {
        Some(text) => crate::text::clean(text, 200)?,
        None => None,
    };
    let lesson = crate::find_lesson(tx, by.lesson())?.ok_or(JournalError::Denied)?;
    if lesson.topic == topic {
        return Ok(lesson.topic);
    }
    // A topic may be planned ahead; the lesson is held once it has begun.
    let held = topic.is_some() && crate::mark::begun(tx, now, by).is_ok();
    let state = if held {
        next_lesson_state(lesson.state, LessonEvent::Entered).map_err(|_| JournalError::Cancelled)?
    } else {
        lesson.state
    };
    storage::lesson::set_topic(tx, lesson.id, topic.as_deref(), state)?;
    tx.emit(
        now,
        NewEvent {
            scope_kind: "class_group",
            scope_id: lesson.class_group.get(),
            kind: "topic",
            reference: lesson.id.get(),
            data: format!("{{\"lesson\":{}}}", lesson.id),
        },
    )?;
    Ok(lesson.topic)
}
