//! Sending a message: exactly once for each client id, for ever (MSG-I2).

use store::{Act, Actor, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::attachment::own_files;
use crate::block::parts_the_two;
use crate::change::Change;
use crate::crowd::is_held;
use crate::edit::find_visible;
use crate::limits::{CALLS_UNASKED, FILES_MOST, MANY_CALLED_A_DAY, URGENT_A_DAY};
use crate::mention::{CallFault, Called};
use crate::quiet::quiet_in;
use crate::read::advance;
use crate::storage::message::Marked;
use crate::{
    AckRequest, Body, CardRef, ClientId, ConversationId, FileId, Line, MemberOf, MessageId, PollFault,
    PollTerms, Silence, links, mention, silence_of, storage, warns_of_money,
};

/// A message not stored yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The client's id of it.
    pub cid: ClientId,
    /// The text; with files it may be empty (MSG-B1).
    pub body: Body,
    /// The message that this one answers.
    pub reply: Option<i64>,
    /// Whether the sender has said that many people are to be called.
    pub confirmed: bool,
    /// Complete files of the sender's own, in their order.
    pub files: Vec<FileId>,
    /// Whether it is to be acknowledged (MSG-F14).
    pub ack: Option<AckRequest>,
    /// That it is a poll, made by [`Draft::poll`] (MSG-F8).
    pub poll: Option<PollTerms>,
    /// What of the diary it points at, made by [`Draft::card`] (MSG-N2).
    pub card: Option<CardRef>,
}

impl Draft {
    /// A text and nothing more.
    #[must_use]
    pub const fn text(cid: ClientId, body: Body) -> Self {
        Self {
            cid,
            body,
            reply: None,
            confirmed: false,
            files: Vec::new(),
            ack: None,
            poll: None,
            card: None,
        }
    }
}

/// What a send is answered with; the same for every repetition of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// The client's id.
    pub cid: ClientId,
    /// The message.
    pub message: MessageId,
    /// The chat.
    pub conversation: ConversationId,
    /// The message's number in it.
    pub seq: i64,
    /// The number of the command that stored it.
    pub g: i64,
    /// When it was taken.
    pub ts: UtcInstant,
    /// Whether it had been taken before.
    pub dup: bool,
}

/// Why a message was not taken; nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The member may only read here.
    #[error("the chat can only be read")]
    ReadOnly,
    /// Pupils may not write now (MSG-F34, MSG-S5).
    #[error("silenced")]
    Silenced(Silence),
    /// One of the two has blocked the other; the sender does not learn which (MSG-E27).
    #[error("the chat takes no messages now")]
    Parted,
    /// The sender has used this client id for another content; the first message stays (MSG-B9).
    #[error("the client id has been used for another message")]
    Conflict,
    /// Everybody is called by staff only (MSG-B25).
    #[error("everybody is called by staff only")]
    EveryoneByStaff,
    /// So many people would be called: the sender has to confirm it (MSG-S12).
    #[error("{people} people would be called")]
    CallsMany {
        /// How many.
        people: u32,
    },
    /// The sender has called a crowd often enough today (MSG-E33).
    #[error("a crowd was called {MANY_CALLED_A_DAY} times in a day")]
    CalledTooOften,
    /// Many people or chats at once, from a device that the sender has come with only now: they have to confirm it
    /// (MSG-S10).
    #[error("a mass message from a new device")]
    NewDevice,
    /// The message to be answered is not there for this member (MSG-B13).
    #[error("no such message to answer")]
    NoSuchMessage,
    /// More files than a message carries.
    #[error("more than {FILES_MOST} files")]
    TooManyFiles,
    /// A file is not there, not complete, not the sender's, or named twice: all alike.
    #[error("no such file")]
    NoSuchFile,
    /// Acknowledgements are asked for by staff only.
    #[error("acknowledgements are asked for by staff only")]
    AckByStaff,
    /// The day until which an acknowledgement is asked for is over.
    #[error("the day of the acknowledgement is over")]
    AckOverdue,
    /// It is no poll that the member may make here (MSG-B15).
    #[error(transparent)]
    Poll(#[from] PollFault),
    /// Staff have other ways to call people (MSG-N6).
    #[error("urgent is for guardians and pupils")]
    NotUrgent,
    /// The sender has called people out of their quiet hours often enough today.
    #[error("more than {URGENT_A_DAY} urgent messages in a day")]
    UrgentTooOften,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Stores a message and its event. A repetition gets the first acknowledgement, whatever became of the message.
///
/// # Errors
/// [`SendError`].
pub fn send(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    draft: &Draft,
) -> Result<Ack, SendError> {
    deliver(tx, now, by, draft, Manner::Usual)
}

/// How a message comes to be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Its sender writes it now.
    Usual,
    /// As usual, calling readers in their quiet hours.
    Urgent,
    /// Its time has come; the sender may be away.
    Scheduled,
    /// The same, calling readers in their quiet hours.
    ScheduledUrgent,
}

impl Manner {
    const fn is_urgent(self) -> bool {
        matches!(self, Self::Urgent | Self::ScheduledUrgent)
    }

    const fn is_scheduled(self) -> bool {
        matches!(self, Self::Scheduled | Self::ScheduledUrgent)
    }
}

/// Sends what was put aside. Nothing is read by it: its sender may not have seen what others wrote since.
pub(crate) fn send_scheduled(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    draft: &Draft,
    urgent: bool,
) -> Result<Ack, SendError> {
    // Better late to be noticed than not sent: beyond the day's few it goes as any other.
    if !urgent || quiet_in(tx, now, by)?.is_none() || has_urged_enough(tx, now, by)? {
        return deliver(tx, now, by, draft, Manner::Scheduled);
    }
    let ack = deliver(tx, now, by, draft, Manner::ScheduledUrgent)?;
    // The deed is its sender's, and the place is the job's.
    let actor = Actor { person: Some(by.person().get()), ..Actor::program("schedule") };
    tx.audit(now, &actor, Act::new("messenger.urgent.send", "message", ack.message))?;
    Ok(ack)
}

fn has_urged_enough(tx: &WriteTx<'_>, now: UtcInstant, by: &MemberOf<'_>) -> Result<bool, store::Error> {
    Ok(storage::message::urgent_since(tx, by.person(), now - Duration::DAY)? >= URGENT_A_DAY)
}

/// As [`send`], calling readers whose quiet hours hold: for illness and safety, a few times a day, with a row in the
/// audit chain (MSG-N6). Where it is quiet for nobody the message is one like others.
///
/// # Errors
/// [`SendError`].
pub fn send_urgent(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    actor: &Actor,
    draft: &Draft,
) -> Result<Ack, SendError> {
    if by.seat().is_staff() {
        return Err(SendError::NotUrgent);
    }
    if quiet_in(tx, now, by)?.is_none() {
        return deliver(tx, now, by, draft, Manner::Usual);
    }
    let repeated = storage::message::find_by_cid(tx, by.person(), draft.cid)?.is_some();
    if !repeated && has_urged_enough(tx, now, by)? {
        return Err(SendError::UrgentTooOften);
    }
    let ack = deliver(tx, now, by, draft, Manner::Urgent)?;
    if !ack.dup {
        tx.audit(now, actor, Act::new("messenger.urgent.send", "message", ack.message))?;
    }
    Ok(ack)
}

fn deliver(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    draft: &Draft,
    manner: Manner,
) -> Result<Ack, SendError> {
    let conversation = by.conversation().id;
    if let Some(sent) = storage::message::find_by_cid(tx, by.person(), draft.cid)? {
        let same = sent.conv == conversation
            && sent.reply == draft.reply
            && storage::attachment::files_of(tx, sent.id)? == draft.files
            && storage::ack::requests(tx, &[sent.id])?.pop().map(|(_, request)| request) == draft.ack
            && storage::poll::find(tx, sent.id)?.map(|poll| poll.terms) == draft.poll
            && storage::card::of_messages(tx, &[sent.id])?.pop().map(|(_, card)| card) == draft.card;
        // Of a purged one nothing is left to compare, but it was taken once and is not taken again (MSG-I2).
        let same = sent.purged || (same && storage::message::original(tx, &sent)? == draft.body.as_str());
        if !same {
            return Err(SendError::Conflict);
        }
        return Ok(Ack {
            cid: sent.cid,
            message: sent.id,
            conversation,
            seq: sent.seq,
            g: sent.g,
            ts: sent.ts,
            dup: true,
        });
    }
    if !by.may_write() {
        return Err(SendError::ReadOnly);
    }
    if let Some(silence) = silence_of(tx, now, by)? {
        return Err(SendError::Silenced(silence));
    }
    if parts_the_two(tx, by)? {
        return Err(SendError::Parted);
    }
    if !manner.is_scheduled() && is_held(tx, now, by, draft)? {
        return Err(SendError::NewDevice);
    }
    if let Some(terms) = draft.poll {
        crate::poll::check(now, by, terms, draft.body.as_str())?;
    }
    let called = check_content(tx, by, draft, by.today())?;
    if let Called::People(people) = &called
        && people.len() > CALLS_UNASKED
        && storage::mention::crowds_called(tx, by.person(), now - Duration::DAY, CALLS_UNASKED)?
            >= MANY_CALLED_A_DAY
    {
        return Err(SendError::CalledTooOften);
    }
    let rich = draft.reply.is_some()
        || matches!(called, Called::People(_))
        || !draft.files.is_empty()
        || draft.ack.is_some()
        || draft.poll.is_some()
        || draft.card.is_some()
        || has_warning(by, draft.body.as_str());
    let urgent = manner.is_urgent();
    let numbered = storage::conversation::count_up(tx, now, conversation)?;
    let marked = Marked { rich, urgent, scheduled: manner.is_scheduled() };
    let message = storage::message::insert(tx, conversation, by.person(), &numbered, draft, marked)?;
    for (n, file) in (1..).zip(&draft.files) {
        storage::attachment::insert(tx, message, n, *file, conversation, numbered.seq)?;
    }
    if let Some(request) = draft.ack {
        storage::ack::request(tx, message, conversation, numbered.seq, request)?;
    }
    if let Some(terms) = draft.poll {
        storage::poll::insert(tx, message, terms)?;
    }
    if let Some(card) = draft.card {
        storage::card::insert(tx, message, card)?;
    }
    if let Called::People(people) = called {
        storage::mention::insert(tx, conversation, numbered.seq, &people)?;
    }
    // Sending implies reading up to one's own message (MSG-R5).
    if !manner.is_scheduled() || by.read_mark(tx)?.unread_from == numbered.seq {
        advance(tx, now, by, numbered.seq)?;
    }
    let name = school::load_person(tx, by.person())?.name;
    let line = Line {
        conversation,
        id: message,
        seq: numbered.seq,
        sender: by.person(),
        name: name.short(),
        initials: name.initials(),
        seat: Some(by.seat()),
        cid: draft.cid,
        ts: numbered.ts,
        rev: 0,
        text: Some(draft.body.as_str().to_owned()),
        reply: draft.reply,
        rich,
        urgent,
    };
    Change::Sent { message, seq: numbered.seq }.emit(tx, now, conversation, Some(&line))?;
    Ok(Ack {
        cid: draft.cid,
        message,
        conversation,
        seq: numbered.seq,
        g: tx.g(),
        ts: numbered.ts,
        dup: false,
    })
}

/// Whether pages show more than this text because of what it says: where a link leads, or that it asks for money.
pub(crate) fn has_warning(by: &MemberOf<'_>, text: &str) -> bool {
    links(text).iter().any(|link| link.doubt.is_some())
        || warns_of_money(by.conversation().kind, Some(by.seat()), text)
}

/// Whether a message with this content may go into the chat on a day, and whom it calls: all that does not depend on who
/// may write at this very moment.
pub(crate) fn check_content(
    tx: &WriteTx<'_>,
    by: &MemberOf<'_>,
    draft: &Draft,
    on: Date,
) -> Result<Called, SendError> {
    if let Some(seq) = draft.reply {
        find_visible(tx, by, seq)?.filter(|answered| !answered.deleted).ok_or(SendError::NoSuchMessage)?;
    }
    if draft.files.len() > FILES_MOST as usize {
        return Err(SendError::TooManyFiles);
    }
    if !own_files(tx, by.person(), &draft.files)? {
        return Err(SendError::NoSuchFile);
    }
    if let Some(request) = draft.ack {
        if !by.may_ask_to_acknowledge() {
            return Err(SendError::AckByStaff);
        }
        if request.due.is_some_and(|due| due < on) {
            return Err(SendError::AckOverdue);
        }
    }
    mention::find(tx, by, &draft.body, draft.confirmed)?.map_err(|fault| match fault {
        CallFault::NotStaff => SendError::EveryoneByStaff,
        CallFault::Many(people) => SendError::CallsMany { people },
    })
}
