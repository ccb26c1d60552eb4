//! Opening a chat that one is not in (MSG-S3): for a reason, for a time, before the eyes of a second person, and told to
//! its members afterwards.

use std::collections::HashMap;
use std::marker::PhantomData;

use school::{Denied, PersonId, Viewer};
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::evidence::gather;
use crate::limits::{OPENED_PAGE, OPENING_MOST};
use crate::storage::opening::OpeningRow;
use crate::{
    CaseOf, Conversation, ConversationId, Desk, Evidence, MemberOf, Note, OpeningId, SafetyError, SafetyOf,
    storage,
};

/// An opening, as the desk lists it.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The row.
    pub id: OpeningId,
    /// The chat.
    pub conversation: Conversation,
    /// Who opened it.
    pub opener: PersonId,
    /// The opener's name.
    pub name: String,
    /// As what they sat at the desk.
    pub desk: Desk,
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: UtcInstant,
    /// Until when at most.
    pub until: UtcInstant,
    /// Whether it still is open.
    pub is_open: bool,
    /// Why members are not told.
    pub silent_reason: Option<String>,
    /// Whether the viewer is the one who has to take note of it.
    pub awaits: bool,
}

/// What members are told of an opening that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// Who opened the chat.
    pub name: String,
    /// As what.
    pub desk: Desk,
    /// From when.
    pub at: UtcInstant,
    /// To when.
    pub ended: UtcInstant,
}

impl OpeningRow {
    /// When it was over, or will be at the latest.
    pub(crate) fn ends(&self) -> UtcInstant {
        self.closed_at.map_or(self.until, |closed| closed.min(self.until))
    }

    fn is_open(&self, now: UtcInstant) -> bool {
        self.closed_at.is_none() && now < self.until
    }

    /// Whether members may know by now: it is over, so is the case it belongs to, and no law forbids it.
    fn is_told(&self, now: UtcInstant) -> bool {
        !self.is_open(now) && self.silent_reason.is_none() && !self.case_runs
    }
}

impl SafetyOf<'_> {
    /// Whether a chat may be opened from this desk: what was said in confidence is not the head's to read.
    #[must_use]
    pub const fn may_open(&self, chat: &Conversation) -> bool {
        match self.desk() {
            Desk::Lead => true,
            Desk::Head => !chat.kind.is_confidential(),
        }
    }
}

/// The viewer has opened a chat, and the time for it is not over.
#[derive(Clone, Debug)]
pub struct OpeningOf<'t> {
    pub(crate) opening: OpeningRow,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> OpeningOf<'t> {
    /// Asks whether the viewer holds this opening now.
    ///
    /// # Errors
    /// [`Denied`] when it is another's, over, or not there.
    pub fn ask(
        tx: &ReadTx<'t>,
        viewer: &Viewer,
        opening: OpeningId,
        now: UtcInstant,
        today: Date,
    ) -> Result<Self, Denied> {
        let safety = SafetyOf::ask(tx, viewer, today)?;
        let row = storage::opening::find(tx, opening)?.ok_or(Denied::Denied)?;
        let chat = Conversation::load(tx, row.conv)?;
        if row.opener != safety.person() || !row.is_open(now) || !safety.may_open(&chat) {
            return Err(Denied::Denied);
        }
        Ok(Self { opening: row, brand: PhantomData })
    }

    /// The opening.
    #[must_use]
    pub const fn id(&self) -> OpeningId {
        self.opening.id
    }

    /// Until when at most.
    #[must_use]
    pub const fn until(&self) -> UtcInstant {
        self.opening.until
    }

    /// The chat.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn conversation(&self, tx: &ReadTx<'_>) -> Result<Conversation, store::Error> {
        Conversation::load(tx, self.opening.conv)
    }
}

/// The chats that may be opened from this desk, with how many people are in each; nothing of what is said there.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_closed_chats(
    tx: &ReadTx<'_>,
    by: &SafetyOf<'_>,
) -> Result<Vec<(Conversation, u32)>, store::Error> {
    let mut chats = Vec::new();
    for (row, people) in storage::opening::chats(tx)? {
        let chat = Conversation::of(tx, row, None)?;
        if by.may_open(&chat) {
            chats.push((chat, people));
        }
    }
    Ok(chats)
}

/// A chat that may be opened from this desk, with the people in it.
///
/// # Errors
/// [`Denied`] when it may not, or when there is none.
pub fn find_closed_chat(
    tx: &ReadTx<'_>,
    by: &SafetyOf<'_>,
    chat: ConversationId,
) -> Result<(Conversation, Vec<PersonId>), Denied> {
    let row = storage::conversation::find(tx, chat)?.ok_or(Denied::Denied)?;
    let conversation = Conversation::of(tx, row, None)?;
    if !by.may_open(&conversation) {
        return Err(Denied::Denied);
    }
    let people = storage::member::of_chat(tx, chat)?.into_iter().map(|member| member.person).collect();
    Ok((conversation, people))
}

/// A whole chat with every text it ever had, for whoever may open it; the caller has left the row that says why.
///
/// # Errors
/// [`Denied`] when the chat may not be opened from this desk, or when there is none.
pub fn export_closed_chat(
    tx: &ReadTx<'_>,
    by: &SafetyOf<'_>,
    chat: ConversationId,
) -> Result<(Conversation, Vec<Evidence>), Denied> {
    let (conversation, _) = find_closed_chat(tx, by, chat)?;
    let rows = storage::evidence::of_chat(tx, chat, 1, i64::MAX)?;
    Ok((conversation, gather(tx, chat, rows, None)?))
}

/// Opens a chat for a time of at most a day, in a case or without one.
///
/// # Errors
/// [`Denied`] when the chat may not be opened from this desk, or is not the case's.
pub fn open_chat(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &SafetyOf<'_>,
    case: Option<&CaseOf<'_>>,
    chat: ConversationId,
    reason: &Note,
    time: Duration,
) -> Result<(OpeningId, Act), Denied> {
    find_closed_chat(tx, by, chat)?;
    if case.is_some_and(|case| case.report.conv != chat) {
        return Err(Denied::Denied);
    }
    let until = now + time.min(OPENING_MOST);
    let report = case.map(CaseOf::id);
    let id = storage::opening::insert(tx, now, by, chat, reason, report, until)?;
    let act = Act::new("messenger.chat.open", "chat", chat).because(reason.as_str());
    Ok((id, act.change(None, Some(format!("opening:{id}")))))
}

/// A page of an opened chat, oldest first, with every text of every message, and whether there are older ones. Nothing
/// of it may be shown without the row that comes along (MSG-I18).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn read_opened(
    tx: &ReadTx<'_>,
    by: &OpeningOf<'_>,
    before: Option<i64>,
) -> Result<(Vec<Evidence>, bool, Act), store::Error> {
    let last = by.conversation(tx)?.last_seq;
    let before = before.unwrap_or(i64::MAX).min(last + 1);
    let from = (before - OPENED_PAGE).max(1);
    let rows = storage::evidence::of_chat(tx, by.opening.conv, from, before - 1)?;
    let act = Act::new("messenger.chat.read", "opening", by.id());
    Ok((
        gather(tx, by.opening.conv, rows, None)?,
        from > 1,
        act.change(None, Some(format!("{from}-{}", before - 1))),
    ))
}

/// Closes an opening before its time. Members are told, unless a law forbids it: then the reason is kept.
///
/// # Errors
/// [`SafetyError`].
pub fn close_opening(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OpeningOf<'_>,
    silent: Option<&Note>,
) -> Result<Act, SafetyError> {
    storage::opening::close(tx, now, by.id(), silent.map(Note::as_str))?;
    let act = Act::new("messenger.chat.close", "opening", by.id());
    Ok(match silent {
        Some(reason) => act.because(reason.as_str()),
        None => act,
    })
}

/// Takes note of what the other desk has opened.
///
/// # Errors
/// [`Denied`] when it is one's own desk's, or not there.
pub fn note_opening(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &SafetyOf<'_>,
    opening: OpeningId,
) -> Result<Option<Act>, Denied> {
    let row = storage::opening::find(tx, opening)?.ok_or(Denied::Denied)?;
    if row.desk == by.desk() || row.opener == by.person() {
        return Err(Denied::Denied);
    }
    let noted = storage::opening::inform(tx, now, opening, by.person())?;
    Ok(noted.then(|| Act::new("messenger.chat.note", "opening", opening)))
}

fn awaits(row: &OpeningRow, by: &SafetyOf<'_>) -> bool {
    row.informed_at.is_none() && row.desk != by.desk() && row.opener != by.person()
}

/// Openings of the last year, newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_openings(
    tx: &ReadTx<'_>,
    by: &SafetyOf<'_>,
    now: UtcInstant,
) -> Result<Vec<Opening>, store::Error> {
    let rows = storage::opening::since(tx, now - Duration::days(365))?;
    let names = names_of(tx, &rows)?;
    rows.into_iter()
        .map(|row| {
            Ok(Opening {
                id: row.id,
                conversation: Conversation::load(tx, row.conv)?,
                opener: row.opener,
                name: names.get(&row.opener).cloned().unwrap_or_default(),
                desk: row.desk,
                at: row.at,
                until: row.ends(),
                is_open: row.is_open(now),
                awaits: awaits(&row, by),
                reason: row.reason,
                silent_reason: row.silent_reason,
            })
        })
        .collect()
}

fn names_of(tx: &ReadTx<'_>, rows: &[OpeningRow]) -> Result<HashMap<PersonId, String>, store::Error> {
    let mut people: Vec<PersonId> = rows.iter().map(|row| row.opener).collect();
    people.sort_unstable();
    people.dedup();
    let names = school::names_of(tx, &people)?;
    Ok(names.iter().map(|(person, name)| (*person, name.abbreviated())).collect())
}

/// How many openings of the other desk nobody of this one has taken note of.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_new_openings(tx: &ReadTx<'_>, by: &SafetyOf<'_>) -> Result<u32, store::Error> {
    let count = storage::opening::uninformed(tx)?.iter().filter(|row| awaits(row, by)).count();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What the members of a chat are told of openings that are over, newest first: who and when, and not why, for the
/// reason may be about one of them.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn disclosed_openings(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    now: UtcInstant,
) -> Result<Vec<Disclosed>, store::Error> {
    let rows = storage::opening::of_chat(tx, by.conversation().id)?;
    let names = names_of(tx, &rows)?;
    let told = rows.into_iter().filter(|row| row.is_told(now)).map(|row| Disclosed {
        name: names.get(&row.opener).cloned().unwrap_or_default(),
        desk: row.desk,
        at: row.at,
        ended: row.ends(),
    });
    Ok(told.collect())
}
