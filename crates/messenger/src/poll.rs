//! Polls (MSG-F8): a message that asks, what its members see of it, and its end.

use std::collections::HashMap;

use school::PersonId;
use store::{ReadTx, ServerKey, UtcInstant, WriteTx};

use crate::change::Change;
use crate::edit::find_visible;
use crate::limits::{NAMED_READERS, POLL_MOST};
use crate::storage::message::MessageRow;
use crate::storage::poll::PollRow;
use crate::vote::voters_of;
use crate::{
    Ballot, ChatKind, ClientId, ConversationId, Draft, Line, MemberOf, MemberRole, MessageId, PollFault,
    Seat, storage,
};

/// How a poll counts, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollTerms {
    /// Whether one may choose several options.
    pub multiple: bool,
    /// Whether nobody learns who voted for what.
    pub anonymous: bool,
    /// Whether a family has one vote, whoever of it gives it last.
    pub family: bool,
    /// When it ends by itself.
    pub closes: Option<UtcInstant>,
}

/// A poll as one member sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// What it asks.
    pub ballot: Ballot,
    /// How it counts.
    pub terms: PollTerms,
    /// Whether it has ended.
    pub closed: bool,
    /// How many people or families took part.
    pub voters: u32,
    /// The votes of each option; `None` while an anonymous poll is open: whoever watched the numbers would learn who
    /// chose what.
    pub counts: Option<Vec<u32>>,
    /// Whether the member, or somebody of their family, has voted; unknown once an anonymous poll has ended.
    pub voted: bool,
    /// What they chose, from 1; of anonymous polls nothing.
    pub own: Vec<u32>,
    /// Whether the member may vote now.
    pub may_vote: bool,
    /// Whether the member may end it.
    pub may_close: bool,
    /// Whether the member may see who voted for what.
    pub may_see_votes: bool,
}

/// Who voted for what, the options in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollVotes {
    /// What the poll asks.
    pub ballot: Ballot,
    /// Who chose each option.
    pub people: Vec<Vec<PersonId>>,
}

/// Why a vote was not taken, or a poll not ended.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// There is no such poll, it is deleted, or the member may not see it or its votes.
    #[error("no such poll")]
    NoSuchMessage,
    /// It has ended (MSG-E16).
    #[error("the poll is closed")]
    Closed,
    /// There is no such option.
    #[error("no such option")]
    NoSuchOption,
    /// Only one option can be chosen.
    #[error("only one option can be chosen")]
    OneOnly,
    /// Families vote here, and the member has no child whom the chat is about.
    #[error("only families vote here")]
    NotFamily,
    /// The chat takes nothing from the member now.
    #[error("the chat can only be read")]
    ReadOnly,
    /// Somebody else made the poll.
    #[error("the poll is another's")]
    NotYours,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl ChatKind {
    /// Whether chats of this kind have polls: between two or three a question is enough.
    #[must_use]
    pub const fn has_polls(self) -> bool {
        self.has_moderators()
    }
}

impl MemberOf<'_> {
    /// Whether the member may make polls here: whoever may write.
    #[must_use]
    pub fn may_poll(&self) -> bool {
        self.conversation().kind.has_polls() && self.may_write()
    }

    /// Whether the member may make anonymous polls. Pupils may not: «кто у нас самый…» without a name under it is how
    /// a class is set upon one.
    #[must_use]
    pub fn may_poll_anonymously(&self) -> bool {
        self.may_poll() && self.seat() != Seat::Pupil
    }

    /// Whether the member may vote here: whoever reads may, a muted pupil too, unless nobody may write.
    #[must_use]
    pub(crate) fn may_vote(&self) -> bool {
        self.conversation().is_open() && self.is_attended() && self.role() != MemberRole::Observer
    }
}

impl Draft {
    /// A poll.
    ///
    /// # Errors
    /// [`PollFault`] when the whole is longer than a message may be.
    pub fn poll(cid: ClientId, ballot: &Ballot, terms: PollTerms) -> Result<Self, PollFault> {
        Ok(Self { poll: Some(terms), ..Self::text(cid, ballot.body()?) })
    }
}

/// Whether the member may make such a poll here; asked in the transaction that stores it.
pub(crate) fn check(
    now: UtcInstant,
    by: &MemberOf<'_>,
    terms: PollTerms,
    text: &str,
) -> Result<(), PollFault> {
    // A text that was not written by `Ballot` has no options.
    Ballot::read(text).ok_or(PollFault::Few)?;
    if !by.may_poll() {
        return Err(PollFault::NotHere);
    }
    if terms.anonymous && !by.may_poll_anonymously() {
        return Err(PollFault::AnonymousByPupil);
    }
    if terms.family && !by.conversation().kind.has_family_polls() {
        return Err(PollFault::NoFamilies);
    }
    if terms.closes.is_some_and(|closes| closes <= now || closes > now + POLL_MOST) {
        return Err(PollFault::BadEnd);
    }
    Ok(())
}

/// A poll that the member sees, with its message.
pub(crate) fn find_poll(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    seq: i64,
) -> Result<(MessageRow, PollRow), PollError> {
    let found = find_visible(tx, by, seq)?.filter(|message| !message.deleted);
    let message = found.ok_or(PollError::NoSuchMessage)?;
    let poll = storage::poll::find(tx, message.id)?.ok_or(PollError::NoSuchMessage)?;
    Ok((message, poll))
}

/// Ends a poll, by whoever made it or a moderator; ended twice it is ended once.
///
/// # Errors
/// [`PollError`].
pub fn close_poll(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
) -> Result<(), PollError> {
    let (message, poll) = find_poll(tx, by, seq)?;
    if message.sender != by.person() && by.role() != MemberRole::Moderator {
        return Err(PollError::NotYours);
    }
    if poll.closed.is_none() {
        end(tx, now, message.conv, seq, &poll, Some(by.person()))?;
    }
    Ok(())
}

/// Ends the polls whose time is over; says how many.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn close_due_polls(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    let due = storage::poll::due(tx, now)?;
    for (conv, message, seq) in &due {
        if let Some(poll) = storage::poll::find(tx, *message)? {
            end(tx, now, *conv, *seq, &poll, None)?;
        }
    }
    Ok(due.len())
}

/// Whether the time of some poll is over.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_due_polls(tx: &ReadTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    Ok(!storage::poll::due(tx, now)?.is_empty())
}

/// Ends the poll of a message that is being deleted.
pub(crate) fn end_deleted(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    message: &MessageRow,
    by: PersonId,
) -> Result<(), store::Error> {
    match storage::poll::find(tx, message.id)? {
        Some(poll) if poll.closed.is_none() => shut(tx, now, &poll, Some(by)),
        Some(_) | None => Ok(()),
    }
}

fn end(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    conv: ConversationId,
    seq: i64,
    poll: &PollRow,
    by: Option<PersonId>,
) -> Result<(), store::Error> {
    shut(tx, now, poll, by)?;
    storage::conversation::touch(tx, conv)?;
    Change::Touched { message: poll.message, seq }.emit(tx, now, conv, None)
}

/// Ends a poll; of an anonymous one only numbers are left.
fn shut(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    poll: &PollRow,
    by: Option<PersonId>,
) -> Result<(), store::Error> {
    storage::poll::close(tx, now, poll.message, by)?;
    if poll.terms.anonymous {
        storage::poll::seal(tx, poll.message)?;
    }
    Ok(())
}

/// The votes of each option, and how many took part.
pub(crate) fn tally(
    counted: &[(MessageId, u32, u32)],
    message: MessageId,
    options: usize,
) -> (Vec<u32>, u32) {
    let mut counts = vec![0; options + 1];
    for (_, option, votes) in counted.iter().filter(|(of, ..)| *of == message) {
        if let Some(count) = counts.get_mut(*option as usize) {
            *count += votes;
        }
    }
    let voters = counts.remove(0);
    (counts, voters)
}

/// The polls among these messages, as the member sees them, by number.
pub(crate) fn polls(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    key: &ServerKey,
    rich: &[&Line],
) -> Result<Vec<(i64, Poll)>, store::Error> {
    let ids: Vec<MessageId> = rich.iter().map(|line| line.id).collect();
    let rows: HashMap<MessageId, PollRow> =
        storage::poll::of_messages(tx, &ids)?.into_iter().map(|row| (row.message, row)).collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<MessageId> = rows.keys().copied().collect();
    let counted = storage::poll::counts(tx, &ids)?;
    let names_votes = may_see_votes(tx, by)?;
    let mut polls = Vec::new();
    for line in rich {
        let Some(row) = rows.get(&line.id) else { continue };
        let Some(ballot) = line.text.as_deref().and_then(Ballot::read) else { continue };
        let voters = voters_of(tx, by, key, row)?;
        let mut own = Vec::new();
        for voter in &voters {
            own.extend(storage::poll::choice(tx, row.message, voter)?);
        }
        own.sort_unstable();
        own.dedup();
        let closed = row.closed.is_some();
        let (counts, took_part) = tally(&counted, row.message, ballot.options.len());
        let poll = Poll {
            terms: row.terms,
            closed,
            voters: took_part,
            counts: (closed || !row.terms.anonymous).then_some(counts),
            voted: !own.is_empty(),
            own: if row.terms.anonymous { Vec::new() } else { own },
            may_vote: !closed && by.may_vote() && !voters.is_empty(),
            may_close: !closed && (line.sender == by.person() || by.role() == MemberRole::Moderator),
            may_see_votes: names_votes && !row.terms.anonymous,
            ballot,
        };
        polls.push((line.seq, poll));
    }
    Ok(polls)
}

/// Whether the member may see who voted for what where it is no secret: staff always, others where members know each
/// other. Readers of announcements do not find each other (MSG-Q4), large chats tell numbers only (MSG-R1).
fn may_see_votes(tx: &ReadTx<'_>, by: &MemberOf<'_>) -> Result<bool, store::Error> {
    if by.seat().is_staff() {
        return Ok(true);
    }
    if by.conversation().kind.is_news() {
        return Ok(false);
    }
    Ok(storage::member::of_chat(tx, by.conversation().id)?.len() <= NAMED_READERS)
}

/// Who voted for what.
///
/// # Errors
/// [`PollError::NoSuchMessage`] also for anonymous polls, and for members who may not know.
pub fn poll_votes(tx: &ReadTx<'_>, by: &MemberOf<'_>, seq: i64) -> Result<PollVotes, PollError> {
    let (message, poll) = find_poll(tx, by, seq)?;
    if poll.terms.anonymous || !may_see_votes(tx, by)? {
        return Err(PollError::NoSuchMessage);
    }
    let ballot = Ballot::read(&message.body).ok_or(PollError::NoSuchMessage)?;
    let mut people = vec![Vec::new(); ballot.options.len()];
    for (_, option, person) in storage::poll::people(tx, &[message.id])? {
        let chosen = (option as usize).checked_sub(1).and_then(|at| people.get_mut(at));
        if let Some(chosen) = chosen {
            chosen.push(person);
        }
    }
    Ok(PollVotes { ballot, people })
}
