//! Calling people through push services (MSG-F19): which subscriptions are to be called, with what number, and that
//! nobody is who may not be at the moment of sending (MSG-I7, MSG-E19). Nothing of a message leaves but where it stands
//! (MSG-K7).

use std::marker::PhantomData;

use school::{Administrator, Denied, DeputyHead, HeadTeacher, Present, PushId, Viewer};
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::{Date, Duration};

use crate::limits::{PUSH_TRIES, PUSH_WAIT, PUSH_WAIT_MOST};
use crate::{ChatKind, Conversation, ConversationId, MessageId, Notice, notice, storage, unread_total};

/// The viewer decides whether the school calls people through push services: the head teacher, a deputy, or whoever keeps
/// the server.
#[derive(Clone, Copy, Debug)]
pub struct PushOffice<'t> {
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> PushOffice<'t> {
    /// Asks whether the viewer decides it on this day.
    ///
    /// # Errors
    /// [`Denied`] when not, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, today: Date) -> Result<Self, Denied> {
        let asked = [
            HeadTeacher::ask(tx, viewer, today).map(|_| ()),
            DeputyHead::ask(tx, viewer, today).map(|_| ()),
            Administrator::ask(tx, viewer, today).map(|_| ()),
        ];
        for answer in asked {
            match answer {
                Ok(()) => return Ok(Self { brand: PhantomData }),
                Err(Denied::Denied) => {}
                Err(error @ Denied::Store(_)) => return Err(error),
            }
        }
        Err(Denied::Denied)
    }
}

/// Whether the school calls people through push services.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_push_on(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    storage::push::is_on(tx)
}

/// Switches it on or off; the same again is no change. What was said before the switch calls nobody; off, all
/// subscriptions go.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn switch_push(
    tx: &mut WriteTx<'_>,
    _by: &PushOffice<'_>,
    on: bool,
) -> Result<Option<Act>, store::Error> {
    if is_push_on(tx)? == on {
        return Ok(None);
    }
    storage::push::set_on(tx, on)?;
    if on {
        let newest = storage::search::newest(tx)?;
        storage::push::set_upto(tx, newest)?;
    } else {
        school::drop_all_pushes(tx)?;
    }
    let word = |on: bool| Some(if on { "on" } else { "off" }.to_owned());
    Ok(Some(Act::new("messenger.push.switch", "school", 1).change(word(!on), word(on))))
}

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushKind {
    /// A message.
    Message,
    /// Nothing new: what the device shows was read elsewhere.
    Badge,
    /// The owner wants to see whether calls arrive.
    Test,
}

impl PushKind {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Badge => "badge",
            Self::Test => "test",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Message, Self::Badge, Self::Test].into_iter().find(|kind| kind.word() == word)
    }
}

/// A call that is to leave now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushCall {
    /// What about.
    pub kind: PushKind,
    /// The message it is about; for whoever notes that the call has left.
    pub message: Option<MessageId>,
    /// The chat to open, and its class when it has one: nothing that names a person or tells that a line exists.
    pub chat: Option<(ConversationId, Option<String>)>,
    /// How many messages wait: the whole number, never an increment (MSG-I13).
    pub badge: u32,
    /// How often it was tried.
    pub tries: u32,
}

/// What is to be done with a call that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushStep {
    /// It leaves.
    Send(PushCall),
    /// Not before this moment.
    Later(UtcInstant),
    /// Not at all.
    Drop,
}

/// Puts down a call that only shows whether calls arrive.
///
/// # Errors
/// [`Denied`] when the viewer's session has no such subscription.
pub fn queue_test(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    push: PushId,
) -> Result<(), Denied> {
    if !school::own_pushes(tx, viewer)?.iter().any(|own| own.id == push) {
        return Err(Denied::Denied);
    }
    Ok(storage::push::queue(tx, push, PushKind::Test, None, now)?)
}

/// The calls whose time has come, the oldest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn due_calls(tx: &ReadTx<'_>, now: UtcInstant, most: u32) -> Result<Vec<PushId>, store::Error> {
    if !is_push_on(tx)? {
        return Ok(Vec::new());
    }
    storage::push::due(tx, now, most)
}

/// The devices that show a number though nothing waits for their owner any more.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn stale_badges(tx: &ReadTx<'_>, now: UtcInstant, today: Date) -> Result<Vec<PushId>, store::Error> {
    let mut stale = Vec::new();
    if !is_push_on(tx)? {
        return Ok(stale);
    }
    for push in storage::push::shown(tx)? {
        let Some(subscription) = school::find_push(tx, now, push)? else { continue };
        if badge_of(tx, now, &subscription.viewer, today)? == Some(0) {
            stale.push(push);
        }
    }
    Ok(stale)
}

/// Puts down that a device is to show no number any more.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn queue_badge(tx: &mut WriteTx<'_>, now: UtcInstant, push: PushId) -> Result<(), store::Error> {
    storage::push::queue(tx, push, PushKind::Badge, None, now)
}

fn badge_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    today: Date,
) -> Result<Option<u32>, store::Error> {
    match Present::ask(tx, viewer) {
        Ok(present) => Ok(Some(unread_total(tx, now, &present, today)?)),
        Err(Denied::Denied) => Ok(None),
        Err(Denied::Store(error)) => Err(error),
    }
}

/// What is to be done now with a call: rights, quiet hours and the number are those of this moment.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn prepare_call(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    push: PushId,
    today: Date,
) -> Result<PushStep, store::Error> {
    let Some(row) = storage::push::find(tx, push)? else { return Ok(PushStep::Drop) };
    let Some(badge) = badge_of(tx, now, viewer, today)? else { return Ok(PushStep::Drop) };
    let mut call = PushCall { kind: row.kind, message: row.message, chat: None, badge, tries: row.tries };
    if row.kind != PushKind::Message {
        return Ok(PushStep::Send(call));
    }
    let Some(message) = row.message else { return Ok(PushStep::Drop) };
    match notice(tx, now, viewer.person(), message, today)? {
        Notice::Now => {}
        Notice::Later(due) => return Ok(PushStep::Later(due)),
        Notice::Never => return Ok(PushStep::Drop),
    }
    let Some(message) = storage::message::by_ids(tx, &[message])?.pop() else { return Ok(PushStep::Drop) };
    let chat = Conversation::load(tx, message.conv)?;
    call.chat = Some((chat.id, label_of(tx, &chat)?));
    Ok(PushStep::Send(call))
}

/// The class that a chat belongs to, as «6А»; chats of people and lists have none that may be told.
fn label_of(tx: &ReadTx<'_>, chat: &Conversation) -> Result<Option<String>, store::Error> {
    Ok(match chat.kind {
        ChatKind::ClassChat | ChatKind::ParentsChat | ChatKind::ClassNews => {
            chat.class_group.as_ref().map(|(_, label)| label.short())
        }
        ChatKind::Subject => match chat.group {
            Some(group) => {
                let class = school::group_class(tx, group)?;
                Some(school::load_class_group(tx, class)?.label.short())
            }
            None => None,
        },
        ChatKind::SchoolNews
        | ChatKind::StaffRoom
        | ChatKind::Supervised
        | ChatKind::Family
        | ChatKind::Confidential
        | ChatKind::Private
        | ChatKind::StaffGroup
        | ChatKind::PupilsGroup => None,
    })
}

/// Notes that a call has left; one that came in between stays.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_called(tx: &mut WriteTx<'_>, push: PushId, call: &PushCall) -> Result<(), store::Error> {
    storage::push::set_shown(tx, push, call.badge)?;
    storage::push::remove_if(tx, push, call.kind, call.message)
}

/// Puts a call off to a moment.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn put_off(tx: &mut WriteTx<'_>, push: PushId, due: UtcInstant) -> Result<(), store::Error> {
    storage::push::set_due(tx, push, due)
}

/// Notes that a call did not leave: it is tried again after what the service asked for, or after a pause that doubles,
/// and given up after some tries.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn note_missed(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    push: PushId,
    tries: u32,
    asked: Option<Duration>,
) -> Result<(), store::Error> {
    let tries = tries + 1;
    if tries >= PUSH_TRIES {
        return storage::push::remove(tx, push);
    }
    storage::push::miss(tx, push, tries, now + pause(tries, asked))
}

/// How long a call waits after so many tries.
fn pause(tries: u32, asked: Option<Duration>) -> Duration {
    let own = PUSH_WAIT * 2_i32.saturating_pow(tries.saturating_sub(1));
    own.max(asked.unwrap_or(Duration::ZERO)).min(PUSH_WAIT_MOST)
}

/// Gives a call up.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn drop_call(tx: &mut WriteTx<'_>, push: PushId) -> Result<(), store::Error> {
    storage::push::remove(tx, push)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::pause;

    #[test]
    fn pauses_double_obey_the_service_and_have_an_end() {
        for (tries, asked, seconds) in [
            (1, None, 30),
            (2, None, 60),
            (5, None, 480),
            (40, None, 3600),
            (1, Some(120), 120),
            (3, Some(1), 120),
            (1, Some(1_000_000), 3600),
        ] {
            assert_eq!(
                pause(tries, asked.map(Duration::seconds)),
                Duration::seconds(seconds),
                "{tries} {asked:?}"
            );
        }
    }
}
