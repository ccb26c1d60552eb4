//! A call as it stands.

use messenger::ConversationId;
use school::PersonId;
use store::{ReadTx, UtcInstant};

use crate::{CallId, CallRules, CallState, LessonRef, storage};

/// Whose call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallPlace {
    /// A chat's.
    Chat(ConversationId),
    /// A lesson's.
    Lesson(LessonRef),
}

/// Why a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndWhy {
    /// Somebody who leads has ended it.
    Leader,
    /// Its time was over.
    Time,
    /// Its lesson does not take place.
    Cancelled,
    /// Nobody was in it.
    Empty,
}

impl EndWhy {
    /// The word stored and sent to pages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Time => "time",
            Self::Cancelled => "cancelled",
            Self::Empty => "empty",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Leader, Self::Time, Self::Cancelled, Self::Empty].into_iter().find(|why| why.word() == word)
    }
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The row.
    pub id: CallId,
    /// Whose it is.
    pub place: CallPlace,
    /// How it stands.
    pub state: CallState,
    /// Since when it stands so.
    pub since: UtcInstant,
    /// Who started it; nobody where the timetable did.
    pub begun_by: Option<PersonId>,
    /// When it was started.
    pub begun: UtcInstant,
    /// When somebody who leads first came in.
    pub led: Option<UtcInstant>,
    /// When and why it ended.
    pub ended: Option<(UtcInstant, EndWhy)>,
    /// The rules for those who do not lead.
    pub rules: CallRules,
}

impl Call {
    /// Whether it is not over.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.state != CallState::Ended
    }
}

/// The call with this id; whoever shows anything of it asks for a proof.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_call(tx: &ReadTx<'_>, call: CallId) -> Result<Option<Call>, store::Error> {
    storage::call::find(tx, call)
}

/// The living call of a chat; whoever shows it has a proof for the chat.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_chat_call(tx: &ReadTx<'_>, chat: ConversationId) -> Result<Option<Call>, store::Error> {
    storage::call::live_of_chat(tx, chat)
}

/// The call of a lesson, living or over; whoever shows it has a proof for the lesson.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_lesson_call(tx: &ReadTx<'_>, lesson: LessonRef) -> Result<Option<Call>, store::Error> {
    storage::call::of_lesson(tx, lesson)
}

/// All calls that are not over.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn live_calls(tx: &ReadTx<'_>) -> Result<Vec<Call>, store::Error> {
    storage::call::live(tx)
}
