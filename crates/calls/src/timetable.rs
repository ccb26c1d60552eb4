//! Calls of lessons: they open by themselves a little before the bell (CALL-F30).

use store::{UtcInstant, WriteTx};

use crate::{
    CallEvent, CallId, CallPlace, CallRules, CallState, LESSON_AFTER, LESSON_BEFORE, LessonFacts,
    next_call_state, storage,
};

/// When a lesson's call is open, by its bells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LessonWindow {
    /// From when.
    pub opens: UtcInstant,
    /// Until when.
    pub closes: UtcInstant,
}

impl LessonFacts {
    /// When this lesson's call is open.
    #[must_use]
    pub fn window(&self) -> LessonWindow {
        LessonWindow { opens: self.begins - LESSON_BEFORE, closes: self.ends + LESSON_AFTER }
    }

    /// Whether this lesson's call is to be open at a moment.
    #[must_use]
    pub fn is_due(&self, now: UtcInstant) -> bool {
        let LessonWindow { opens, closes } = self.window();
        self.held && opens <= now && now < closes
    }
}

/// Opens the calls of the lessons whose time has come and that have none yet; gives the new ones. A call that was ended
/// stays so.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn open_lessons(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    lessons: &[LessonFacts],
) -> Result<Vec<CallId>, store::Error> {
    let mut opened = Vec::new();
    for facts in lessons.iter().filter(|facts| facts.is_due(now)) {
        if storage::call::of_lesson(tx, facts.lesson)?.is_some() {
            continue;
        }
        let Ok(state) = next_call_state(CallState::Scheduled, CallEvent::Due) else { continue };
        let place = CallPlace::Lesson(facts.lesson);
        opened.push(storage::call::insert(tx, now, place, state, None, CallRules::LESSON)?);
    }
    Ok(opened)
}
