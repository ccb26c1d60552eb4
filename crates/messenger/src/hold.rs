//! Holds: what they cover can be neither changed nor purged until somebody lifts them (MSG-S8, MSG-I17).

use std::marker::PhantomData;

use school::{Denied, PersonId, Viewer};
use store::{Act, ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::storage::hold::HoldRow;
use crate::storage::message::MessageRow;
use crate::{CaseOf, Conversation, HoldId, MemberOf, Note, ReportId, SafetyOf, storage};

/// A hold.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The row.
    pub id: HoldId,
    /// The chat.
    pub conversation: Conversation,
    /// The one message that is held; the whole chat when there is none.
    pub seq: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who put it.
    pub author: PersonId,
    /// When.
    pub at: UtcInstant,
    /// When it was lifted.
    pub lifted_at: Option<UtcInstant>,
}

impl Hold {
    fn of(tx: &ReadTx<'_>, row: HoldRow) -> Result<Self, store::Error> {
        Ok(Self {
            id: row.id,
            conversation: Conversation::load(tx, row.conv)?,
            seq: row.seq,
            reason: row.reason,
            author: row.author,
            at: row.at,
            lifted_at: row.lifted_at,
        })
    }
}

/// The viewer may lift a hold: they sit at the desk, and it is not their own words that are held.
#[derive(Clone, Copy, Debug)]
pub struct HoldOf<'t> {
    person: PersonId,
    hold: HoldId,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> HoldOf<'t> {
    /// Asks whether the viewer may lift the hold today.
    ///
    /// # Errors
    /// [`Denied`] when not, or when there is no such hold.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, hold: HoldId, today: Date) -> Result<Self, Denied> {
        let safety = SafetyOf::ask(tx, viewer, today)?;
        let row = storage::hold::find(tx, hold)?.ok_or(Denied::Denied)?;
        if row.against == Some(safety.person()) {
            return Err(Denied::Denied);
        }
        Ok(Self { person: safety.person(), hold, brand: PhantomData })
    }
}

/// Whether a message may be changed by nobody: it was reported, or a hold covers it.
pub(crate) fn is_frozen(tx: &ReadTx<'_>, message: &MessageRow) -> Result<bool, store::Error> {
    storage::hold::covers(tx, message.conv, message.id)
}

impl MemberOf<'_> {
    /// Whether a message of this chat may be changed by nobody, its author included (MSG-I17).
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn is_frozen(&self, tx: &ReadTx<'_>, seq: i64) -> Result<bool, store::Error> {
        match storage::message::find(tx, self.conversation().id, seq)? {
            Some(message) => is_frozen(tx, &message),
            None => Ok(false),
        }
    }
}

/// The holds of a case, lifted ones too.
pub(crate) fn holds_of(tx: &ReadTx<'_>, report: ReportId) -> Result<Vec<Hold>, store::Error> {
    storage::hold::of_report(tx, report)?.into_iter().map(|row| Hold::of(tx, row)).collect()
}

/// The holds in force that are not on the viewer's own words, newest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_holds(tx: &ReadTx<'_>, by: &SafetyOf<'_>) -> Result<Vec<Hold>, store::Error> {
    let rows = storage::hold::in_force(tx)?.into_iter().filter(|row| row.against != Some(by.person()));
    rows.map(|row| Hold::of(tx, row)).collect()
}

/// Holds the reported message of a case.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn hold_message(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &CaseOf<'_>,
    reason: &Note,
) -> Result<Act, store::Error> {
    let row = &by.report;
    let message = Some((row.message, row.seq));
    let against = Some(row.reported);
    let hold = storage::hold::insert(tx, now, by.person(), row.conv, message, Some(row.id), against, reason)?;
    Ok(put(hold, reason))
}

/// Holds the whole chat of a case.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn hold_chat(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &CaseOf<'_>,
    reason: &Note,
) -> Result<Act, store::Error> {
    let row = &by.report;
    let against = Some(row.reported);
    let hold = storage::hold::insert(tx, now, by.person(), row.conv, None, Some(row.id), against, reason)?;
    Ok(put(hold, reason))
}

fn put(hold: HoldId, reason: &Note) -> Act {
    Act::new("messenger.hold.put", "hold", hold).because(reason.as_str())
}

/// Lifts a hold; one that is lifted already stays so.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn lift_hold(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &HoldOf<'_>,
) -> Result<Option<Act>, store::Error> {
    let lifted = storage::hold::lift(tx, now, by.hold, by.person)?;
    Ok(lifted.then(|| Act::new("messenger.hold.lift", "hold", by.hold)))
}
