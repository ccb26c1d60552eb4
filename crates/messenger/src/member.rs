//! The proof that a person is in a chat (ARC-7).

use std::marker::PhantomData;

use school::{Denied, PersonId, PortalSessionId, Present, Viewer};
use store::ReadTx;
use time::Date;

use crate::attended::{ReadOnly, is_attended, read_only};
use crate::home::place_of;
use crate::{Conversation, ConversationId, MemberRole, Seat, storage};

/// The viewer is a member of a chat now: the session is alive, the membership open, «Сферум» open to the person, and
/// the relation that the membership rests on still holds today (MSG-S1). Says what the member may see and do.
#[derive(Clone, Debug)]
pub struct MemberOf<'t> {
    person: PersonId,
    conversation: Conversation,
    seat: Seat,
    role: MemberRole,
    attended: bool,
    visible_from: i64,
    today: Date,
    /// Where the member sits; nowhere when the proof was made by time.
    session: Option<PortalSessionId>,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> MemberOf<'t> {
    /// Asks whether the viewer is a member today.
    ///
    /// # Errors
    /// [`Denied`] when not: a chat of others and a chat that does not exist look the same (Z2, MSG-B26).
    pub fn ask(
        tx: &ReadTx<'t>,
        viewer: &Viewer,
        conversation: ConversationId,
        today: Date,
    ) -> Result<Self, Denied> {
        let person = Present::ask(tx, viewer)?.person();
        Ok(Self { session: Some(viewer.session()), ..Self::seated(tx, person, conversation, today)? })
    }

    /// Asks whether somebody who may be signed in nowhere is a member today: in place of the session stands that the
    /// school has not blocked their account, everything else is asked as always. It is for what happens by time and for
    /// calls, never for a request.
    pub(crate) fn without_session(
        tx: &ReadTx<'t>,
        person: PersonId,
        conversation: ConversationId,
        today: Date,
    ) -> Result<Self, Denied> {
        if school::is_blocked(tx, person)? {
            return Err(Denied::Denied);
        }
        Self::seated(tx, person, conversation, today)
    }

    fn seated(
        tx: &ReadTx<'t>,
        person: PersonId,
        conversation: ConversationId,
        today: Date,
    ) -> Result<Self, Denied> {
        let found = storage::member::find_with_chat(tx, conversation, person)?;
        let (row, member) = found.ok_or(Denied::Denied)?;
        if !storage::access::holds(tx, person)? {
            return Err(Denied::Denied);
        }
        // The row is a cache; the relation decides. What ended at midnight gives nothing even before the tick.
        let place = place_of(tx, &row, person, today)?.ok_or(Denied::Denied)?;
        let attended = is_attended(tx, &row)?;
        Ok(Self {
            person,
            conversation: Conversation::of(tx, row, Some(person))?,
            seat: place.seat,
            role: place.role,
            attended,
            visible_from: member.visible_from,
            today,
            session: None,
            brand: PhantomData,
        })
    }

    /// The member.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// The chat as it was when the proof was made.
    #[must_use]
    pub const fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// As what the member sits in it.
    #[must_use]
    pub const fn seat(&self) -> Seat {
        self.seat
    }

    /// What the member may do.
    #[must_use]
    pub const fn role(&self) -> MemberRole {
        self.role
    }

    /// The first message the member may see (MSG-M2).
    #[must_use]
    pub const fn visible_from(&self) -> i64 {
        self.visible_from
    }

    /// The day for which the proof was made.
    #[must_use]
    pub const fn today(&self) -> Date {
        self.today
    }

    /// Whether the member, now or in a membership that has ended since, was in the chat at any time between two commands.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn has_been_in(&self, tx: &ReadTx<'_>, after: i64, before: i64) -> Result<bool, store::Error> {
        storage::member::was_between(tx, self.conversation.id, self.person, after, before)
    }

    /// The portal session in which the member writes; none for what happens by time.
    pub(crate) const fn session(&self) -> Option<PortalSessionId> {
        self.session
    }

    /// Why the member may only read here now, if so.
    #[must_use]
    pub fn read_only(&self) -> Option<ReadOnly> {
        read_only(self.role, self.conversation.is_open(), self.attended)
    }

    /// Whether those are in the chat without whom nobody writes in it.
    pub(crate) const fn is_attended(&self) -> bool {
        self.attended
    }

    /// Whether the member may write here now.
    #[must_use]
    pub fn may_write(&self) -> bool {
        self.read_only().is_none()
    }
}

/// The proofs for every chat that the viewer is in today, each asked for as [`MemberOf::ask`] does: what reads many chats
/// at once has the rights of reading one (MSG-I21).
///
/// # Errors
/// [`Denied`] when the session has ended.
pub fn rooms_of<'t>(tx: &ReadTx<'t>, viewer: &Viewer, today: Date) -> Result<Vec<MemberOf<'t>>, Denied> {
    let person = Present::ask(tx, viewer)?.person();
    let mut rooms = Vec::new();
    for row in storage::member::of_person(tx, person)? {
        match MemberOf::ask(tx, viewer, row.conv, today) {
            Ok(room) => rooms.push(room),
            Err(Denied::Denied) => {}
            Err(Denied::Store(error)) => return Err(error.into()),
        }
    }
    Ok(rooms)
}
