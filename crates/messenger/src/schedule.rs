//! Messages that are sent later (MSG-F10): once each, by the rights of the moment when they are due (MSG-I14).

use school::{Denied, Present};
use sha2::{Digest as _, Sha256};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::crowd::is_held;
use crate::limits::{SCHEDULE_MOST, WAITING_MOST};
use crate::send::{check_content, send_scheduled};
use crate::silence::zone;
use crate::storage::schedule::{ScheduleRow, ScheduleState};
use crate::{
    AckRequest, Body, BodyFault, ClientId, Conversation, Draft, FileId, FileName, MemberOf, ScheduleId,
    SendError, storage,
};

/// Why a message that was due has not been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The sender was not in the chat any more.
    Left,
    /// The chat could only be read.
    ReadOnly,
    /// The sender could not write at that time.
    Silenced,
    /// The chat of two took no messages.
    Parted,
    /// It called people whom the sender may not call so.
    Calls,
    /// The message that it answers was not there any more.
    NoReply,
    /// Something else was against it.
    Refused,
}

impl Unsent {
    const ALL: [Self; 7] =
        [Self::Left, Self::ReadOnly, Self::Silenced, Self::Parted, Self::Calls, Self::NoReply, Self::Refused];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::ReadOnly => "read_only",
            Self::Silenced => "silenced",
            Self::Parted => "parted",
            Self::Calls => "calls",
            Self::NoReply => "no_reply",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.word() == word)
    }
}

/// What is to be sent later.
#[derive(Clone, Debug)]
pub struct Later {
    /// When.
    pub due: UtcInstant,
    /// The client's id of the form that says so: posted twice, it puts aside one message.
    pub cid: ClientId,
    /// The text.
    pub body: Body,
    /// The message that it answers.
    pub reply: Option<i64>,
    /// Whether the sender has said that many people are to be called.
    pub confirmed: bool,
    /// Whether it is to be acknowledged.
    pub ack: Option<AckRequest>,
    /// Complete files of the sender's own, in their order.
    pub files: Vec<FileId>,
    /// Whether it is to call its readers in their quiet hours (MSG-N6).
    pub urgent: bool,
}

impl Later {
    fn draft(&self) -> Draft {
        Draft {
            reply: self.reply,
            confirmed: self.confirmed,
            ack: self.ack,
            files: self.files.clone(),
            ..Draft::text(self.cid, self.body.clone())
        }
    }
}

/// A message that waits, or that was not sent, as its sender sees it.
#[derive(Clone, Debug)]
pub struct Scheduled {
    /// The row.
    pub id: ScheduleId,
    /// The chat; without its own title, which may be another one by now, when the sender is not in it any more.
    pub conversation: Conversation,
    /// Whether the sender is in the chat today.
    pub is_member: bool,
    /// The text.
    pub text: String,
    /// The message that it answers.
    pub reply: Option<i64>,
    /// Whether the sender has said that many people are to be called.
    pub confirmed: bool,
    /// Whether it is to be acknowledged.
    pub ack: Option<AckRequest>,
    /// Its files with their names, in their order.
    pub files: Vec<(FileId, FileName)>,
    /// Whether it is to call its readers in their quiet hours.
    pub urgent: bool,
    /// When it is to be sent.
    pub due: UtcInstant,
    /// Why it was not, when its time is over.
    pub unsent: Option<Unsent>,
}

/// Why a message was not put aside; nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// The time lies in the past or more than a year ahead (MSG-B17).
    #[error("the time is in the past or too far ahead")]
    BadTime,
    /// Too many wait already.
    #[error("more than {WAITING_MOST} messages wait")]
    TooMany,
    /// There is no such message of the sender's.
    #[error("no such waiting message")]
    NoSuch,
    /// It has been sent meanwhile.
    #[error("the message has been sent")]
    Sent,
    /// It could not be sent now either.
    #[error(transparent)]
    Send(SendError),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<SendError> for ScheduleError {
    fn from(error: SendError) -> Self {
        if let SendError::Store(error) = error { Self::Store(error) } else { Self::Send(error) }
    }
}

/// The client id of a scheduled message: the same whenever it is asked for.
fn cid_of(id: ScheduleId) -> Result<ClientId, store::Error> {
    let mut digest = Sha256::new_with_prefix(b"zvonok schedule ");
    digest.update(id.get().to_be_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    ClientId::from_bytes(bytes).map_err(|_| store::Error::Unreadable { what: "client id of a schedule" })
}

fn check(tx: &WriteTx<'_>, now: UtcInstant, by: &MemberOf<'_>, later: &Later) -> Result<(), ScheduleError> {
    if !by.may_write() {
        return Err(ScheduleError::Send(SendError::ReadOnly));
    }
    if later.urgent && by.seat().is_staff() {
        return Err(ScheduleError::Send(SendError::NotUrgent));
    }
    if later.due <= now || later.due > now + SCHEDULE_MOST {
        return Err(ScheduleError::BadTime);
    }
    if is_held(tx, now, by, &later.draft())? {
        return Err(ScheduleError::Send(SendError::NewDevice));
    }
    Ok(check_content(tx, by, &later.draft(), zone(tx)?.date(later.due)).map(drop)?)
}

/// Puts a message aside until a moment; the same form again gets the first answer. Its content is judged now, and once
/// more with the rights of the sender when it is due.
///
/// # Errors
/// [`ScheduleError`].
pub fn schedule(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    later: &Later,
) -> Result<ScheduleId, ScheduleError> {
    if let Some(row) = storage::schedule::find_by_cid(tx, by.person(), later.cid)? {
        let same = row.conv == by.conversation().id
            && (row.state != ScheduleState::Waiting
                || (row.due == later.due
                    && row.body == later.body.as_str()
                    && storage::schedule::files_of(tx, row.id)? == later.files));
        return if same { Ok(row.id) } else { Err(ScheduleError::Send(SendError::Conflict)) };
    }
    check(tx, now, by, later)?;
    let (waiting, unsent) = storage::schedule::count(tx, by.person())?;
    if waiting + unsent >= WAITING_MOST {
        return Err(ScheduleError::TooMany);
    }
    Ok(storage::schedule::insert(tx, now, by.conversation().id, by.person(), later)?)
}

/// A row of the viewer's own that waits or was not sent.
fn own(tx: &ReadTx<'_>, by: &Present<'_>, id: ScheduleId) -> Result<ScheduleRow, ScheduleError> {
    let row = storage::schedule::find(tx, id)?.filter(|row| row.sender == by.person());
    let row = row.ok_or(ScheduleError::NoSuch)?;
    match row.state {
        ScheduleState::Waiting | ScheduleState::Unsent(_) => Ok(row),
        ScheduleState::Sent => Err(ScheduleError::Sent),
        ScheduleState::Dropped => Err(ScheduleError::NoSuch),
    }
}

/// Gives a message of the viewer's another text and another moment; one that was not sent waits again.
///
/// # Errors
/// [`ScheduleError`]; also when the member is one of another chat.
pub fn reschedule(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Present<'_>,
    by: &MemberOf<'_>,
    id: ScheduleId,
    later: &Later,
) -> Result<(), ScheduleError> {
    if own(tx, viewer, id)?.conv != by.conversation().id || viewer.person() != by.person() {
        return Err(ScheduleError::NoSuch);
    }
    check(tx, now, by, later)?;
    Ok(storage::schedule::renew(tx, id, later)?)
}

/// Takes back a message of the viewer's that waits or was not sent; no membership is needed for it.
///
/// # Errors
/// [`ScheduleError`].
pub fn drop_scheduled(tx: &mut WriteTx<'_>, by: &Present<'_>, id: ScheduleId) -> Result<(), ScheduleError> {
    own(tx, by, id)?;
    Ok(storage::schedule::set_dropped(tx, id)?)
}

fn shown(tx: &ReadTx<'_>, row: ScheduleRow, today: Date) -> Result<Scheduled, store::Error> {
    let (conversation, is_member) = match MemberOf::without_session(tx, row.sender, row.conv, today) {
        Ok(by) => (by.conversation().clone(), true),
        Err(Denied::Denied) => {
            let known = Conversation::load_for(tx, row.conv, row.sender)?;
            (Conversation { title: None, ..known }, false)
        }
        Err(Denied::Store(error)) => return Err(error),
    };
    let unsent = match row.state {
        ScheduleState::Unsent(why) => Some(why),
        ScheduleState::Waiting | ScheduleState::Sent | ScheduleState::Dropped => None,
    };
    let mut files = Vec::new();
    for id in storage::schedule::files_of(tx, row.id)? {
        files.extend(storage::file::find(tx, id)?.map(|file| (id, file.name)));
    }
    Ok(Scheduled {
        id: row.id,
        conversation,
        is_member,
        text: row.body,
        reply: row.reply,
        confirmed: row.confirmed,
        ack: row.ack,
        files,
        urgent: row.urgent,
        due: row.due,
        unsent,
    })
}

/// The viewer's own messages of all chats that wait or were not sent, by their time: also of chats that the viewer is
/// not in any more, for the words are the viewer's.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_scheduled(
    tx: &ReadTx<'_>,
    by: &Present<'_>,
    today: Date,
) -> Result<Vec<Scheduled>, store::Error> {
    if !storage::access::holds(tx, by.person())? {
        return Ok(Vec::new());
    }
    let rows = storage::schedule::of_sender(tx, by.person())?;
    rows.into_iter().map(|row| shown(tx, row, today)).collect()
}

/// One of them.
///
/// # Errors
/// [`ScheduleError`].
pub fn find_scheduled(
    tx: &ReadTx<'_>,
    by: &Present<'_>,
    id: ScheduleId,
    today: Date,
) -> Result<Scheduled, ScheduleError> {
    if !storage::access::holds(tx, by.person())? {
        return Err(ScheduleError::NoSuch);
    }
    let row = own(tx, by, id)?;
    Ok(shown(tx, row, today)?)
}

/// How many messages of a sender's wait, and how many were not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PutAside {
    /// Those that wait.
    pub waiting: u32,
    /// Those that were not sent.
    pub unsent: u32,
}

/// How many messages of the viewer's are put aside.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_scheduled(tx: &ReadTx<'_>, by: &Present<'_>) -> Result<PutAside, store::Error> {
    if !storage::access::holds(tx, by.person())? {
        return Ok(PutAside::default());
    }
    let (waiting, unsent) = storage::schedule::count(tx, by.person())?;
    Ok(PutAside { waiting, unsent })
}

/// Whether a message is due.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_schedule_due(tx: &ReadTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    Ok(storage::schedule::first_due(tx, now)?.is_some())
}

/// Sends the message that has been due for longest and notes that, in one transaction (MSG-I14): a crash leaves both
/// undone or neither. Says whether there was one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn fire_due(tx: &mut WriteTx<'_>, now: UtcInstant, today: Date) -> Result<bool, store::Error> {
    let Some(row) = storage::schedule::first_due(tx, now)? else { return Ok(false) };
    match fire(tx, now, today, &row)? {
        None => storage::schedule::set_sent(tx, row.id)?,
        Some(why) => storage::schedule::set_unsent(tx, row.id, why)?,
    }
    Ok(true)
}

fn fire(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    row: &ScheduleRow,
) -> Result<Option<Unsent>, store::Error> {
    let by = match MemberOf::without_session(tx, row.sender, row.conv, today) {
        Ok(by) => by,
        Err(Denied::Denied) => return Ok(Some(Unsent::Left)),
        Err(Denied::Store(error)) => return Err(error),
    };
    let files = storage::schedule::files_of(tx, row.id)?;
    let body: Result<Body, BodyFault> = Body::parse_beside(&files, &row.body);
    let Ok(body) = body else { return Ok(Some(Unsent::Refused)) };
    let draft = Draft {
        reply: row.reply,
        confirmed: row.confirmed,
        ack: row.ack,
        files,
        ..Draft::text(cid_of(row.id)?, body)
    };
    match send_scheduled(tx, now, &by, &draft, row.urgent) {
        Ok(_) => Ok(None),
        Err(SendError::Store(error)) => Err(error),
        Err(SendError::ReadOnly) => Ok(Some(Unsent::ReadOnly)),
        Err(SendError::Silenced(_)) => Ok(Some(Unsent::Silenced)),
        Err(SendError::Parted) => Ok(Some(Unsent::Parted)),
        Err(SendError::EveryoneByStaff | SendError::CallsMany { .. } | SendError::CalledTooOften) => {
            Ok(Some(Unsent::Calls))
        }
        Err(SendError::NoSuchMessage) => Ok(Some(Unsent::NoReply)),
        Err(
            SendError::Conflict
            | SendError::NewDevice
            | SendError::TooManyFiles
            | SendError::NoSuchFile
            | SendError::AckByStaff
            | SendError::AckOverdue
            | SendError::Poll(_)
            | SendError::NotUrgent
            | SendError::UrgentTooOften,
        ) => Ok(Some(Unsent::Refused)),
    }
}
