//! «Ознакомлен(а)»: a message that its readers sign, and the register of it (MSG-F14, MSG-N3).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use school::PersonId;
use store::{ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::change::Change;
use crate::edit::find_visible;
use crate::signers::{Roster, is_done};
use crate::{ChatKind, Line, MemberOf, MemberRole, MessageId, storage};

/// How long after a reminder the next one is possible.
const BETWEEN_REMINDERS: Duration = Duration::hours(24);

/// That a message is to be acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AckRequest {
    /// Until when it is asked for.
    pub due: Option<Date>,
    /// Whether every guardian of a child is asked; otherwise one is enough.
    pub both: bool,
}

/// One acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whose.
    pub person: PersonId,
    /// When.
    pub ts: UtcInstant,
    /// From which device, as its browser calls itself.
    pub device: String,
}

/// A message's acknowledgement as one member sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// What is asked for.
    pub request: AckRequest,
    /// Whether the member has acknowledged.
    pub own: bool,
    /// Whether the member is the one to press: everybody but the sender.
    pub may_press: bool,
    /// How many of how many have; hidden from readers of the school's announcements.
    pub count: Option<(usize, usize)>,
    /// Whether the member may read the register.
    pub may_see_register: bool,
}

/// One line of the register: a child with the guardians who sign for it, or a person who signs for themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whom the line is about.
    pub about: PersonId,
    /// Who has acknowledged.
    pub signed: Vec<Signed>,
    /// Who is asked and has not; the flag says whether they are in the chat already.
    pub missing: Vec<(PersonId, bool)>,
    /// Whether it is enough.
    pub done: bool,
    /// Whether others sign for them.
    pub is_family: bool,
}

/// Who has acknowledged a message and who has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// What is asked for.
    pub request: AckRequest,
    /// Everybody who counts, linked or not.
    pub entries: Vec<Entry>,
    /// Others who acknowledged, without being counted.
    pub others: Vec<Signed>,
    /// When a reminder was sent last.
    pub reminded: Option<UtcInstant>,
}

/// Why an acknowledgement or a reminder was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AckError {
    /// There is no such message, it is deleted, it asks for nothing, or the member may not see it or its register.
    #[error("no such message")]
    NoSuchMessage,
    /// One does not acknowledge one's own message.
    #[error("the message is the member's own")]
    Own,
    /// The chat is closed.
    #[error("the chat can only be read")]
    ReadOnly,
    /// There was a reminder less than a day ago.
    #[error("there was a reminder less than a day ago")]
    RemindedToday,
    /// Everybody in the chat has acknowledged.
    #[error("there is nobody to remind")]
    NobodyToRemind,
    /// The reminder itself was not taken.
    #[error(transparent)]
    Send(#[from] crate::SendError),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl MemberOf<'_> {
    /// Whether the member may ask for acknowledgements: staff who write here.
    #[must_use]
    pub fn may_ask_to_acknowledge(&self) -> bool {
        self.seat().is_staff() && self.may_write()
    }

    fn may_see_register(&self, sender: PersonId) -> bool {
        self.role() == MemberRole::Moderator || (self.person() == sender && self.seat().is_staff())
    }
}

/// What the messages among these ask for, as the member sees it.
pub(crate) fn acknowledgements(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    rich: &[&Line],
) -> Result<Vec<(i64, Acknowledgement)>, store::Error> {
    let ids: Vec<MessageId> = rich.iter().map(|line| line.id).collect();
    let requests: HashMap<MessageId, AckRequest> = storage::ack::requests(tx, &ids)?.into_iter().collect();
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<MessageId> = requests.keys().copied().collect();
    let signed = storage::ack::of_messages(tx, &ids)?;
    // The whole school is not counted anew for each of its readers.
    let counts = by.conversation().kind != ChatKind::SchoolNews || by.seat().is_staff();
    let roster = if counts { Some(Roster::load(tx, by.conversation().id, by.today())?) } else { None };
    let asked = rich.iter().filter_map(|line| Some((line, *requests.get(&line.id)?)));
    Ok(asked
        .map(|(line, request)| {
            let of_line = signed.iter().filter(|(message, _)| *message == line.id);
            let mut has: BTreeSet<PersonId> = of_line.map(|(_, signed)| signed.person).collect();
            let own = has.contains(&by.person());
            has.insert(line.sender);
            let count = roster.as_ref().map(|roster| {
                let units = roster.units(line.sender, line.seq);
                let done = units.iter().filter(|unit| is_done(unit, request.both, |one| has.contains(&one)));
                (done.count(), units.len())
            });
            let shown = Acknowledgement {
                request,
                own,
                may_press: line.sender != by.person() && by.conversation().is_open(),
                count,
                may_see_register: by.may_see_register(line.sender),
            };
            (line.seq, shown)
        })
        .collect())
}

/// Acknowledges a message; said twice it is said once, with the first moment. There is no way back.
///
/// # Errors
/// [`AckError`].
pub fn acknowledge(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
    device: &str,
) -> Result<(), AckError> {
    let found = find_visible(tx, by, seq)?.filter(|message| !message.deleted);
    let message = found.ok_or(AckError::NoSuchMessage)?;
    if storage::ack::requests(tx, &[message.id])?.is_empty() {
        return Err(AckError::NoSuchMessage);
    }
    if message.sender == by.person() {
        return Err(AckError::Own);
    }
    if !by.conversation().is_open() {
        return Err(AckError::ReadOnly);
    }
    if storage::ack::insert(tx, now, message.id, by.person(), device)? {
        storage::conversation::touch(tx, message.conv)?;
        Change::Touched { message: message.id, seq }.emit(tx, now, message.conv, None)?;
    }
    Ok(())
}

/// The register of a message, for its sender and for moderators; it outlives the message's text.
///
/// # Errors
/// [`AckError::NoSuchMessage`] for everybody else.
pub fn register(tx: &ReadTx<'_>, by: &MemberOf<'_>, seq: i64) -> Result<Register, AckError> {
    let message = find_visible(tx, by, seq)?.ok_or(AckError::NoSuchMessage)?;
    let request = storage::ack::requests(tx, &[message.id])?.pop().ok_or(AckError::NoSuchMessage)?.1;
    if !by.may_see_register(message.sender) {
        return Err(AckError::NoSuchMessage);
    }
    let mut signed: BTreeMap<PersonId, Signed> = storage::ack::of_messages(tx, &[message.id])?
        .into_iter()
        .map(|(_, signed)| (signed.person, signed))
        .collect();
    let roster = Roster::load(tx, message.conv, by.today())?;
    let has = |person: PersonId| person == message.sender || signed.contains_key(&person);
    let mut entries = Vec::new();
    for unit in roster.units(message.sender, seq) {
        let missing = unit.signers.iter().filter(|person| !has(**person));
        entries.push(Entry {
            about: unit.about,
            missing: missing.map(|person| (*person, roster.members.contains_key(person))).collect(),
            signed: unit.signers.iter().filter_map(|person| signed.get(person).cloned()).collect(),
            done: is_done(&unit, request.both, has),
            is_family: unit.is_family,
        });
    }
    for entry in &entries {
        for one in &entry.signed {
            signed.remove(&one.person);
        }
    }
    let reminded = storage::ack::reminded(tx, message.id)?;
    Ok(Register { request, entries, others: signed.into_values().collect(), reminded })
}

/// Sends an answer to the message that calls those alone who have not acknowledged, at most once a day.
///
/// # Errors
/// [`AckError`].
pub fn remind(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    seq: i64,
    draft: &crate::Draft,
) -> Result<(), AckError> {
    let found = find_visible(tx, by, seq)?.filter(|message| !message.deleted);
    let message = found.ok_or(AckError::NoSuchMessage)?;
    let register = register(tx, by, seq)?;
    if register.reminded.is_some_and(|last| now.since(last) < BETWEEN_REMINDERS) {
        return Err(AckError::RemindedToday);
    }
    let open = register.entries.iter().filter(|entry| !entry.done);
    let missing = open.flat_map(|entry| &entry.missing).filter(|(_, is_member)| *is_member);
    let mut people: Vec<PersonId> = missing.map(|(person, _)| *person).collect();
    people.retain(|person| *person != by.person());
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Err(AckError::NobodyToRemind);
    }
    let draft = crate::Draft { reply: Some(seq), ..draft.clone() };
    let sent = crate::send(tx, now, by, &draft)?;
    storage::mention::insert(tx, sent.conversation, sent.seq, &people)?;
    Ok(storage::ack::note_reminder(tx, now, message.id)?)
}
