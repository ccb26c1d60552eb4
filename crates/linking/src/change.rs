//! Changes of an educational profile after the link was made: at once where the name agrees with the roster, else by
//! those who decide on links (LNK-L3).

use identity::{OwnerOf, ProfileDraft, VkAccountId, VkSubject};
use school::{Administrator, HomeroomOf, PersonId, PersonName};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::approval::is_of_class;
use crate::link::find_link;
use crate::storage::{change, link, log};
use crate::{
    Approver, ChangeId, Claims, Comparison, Link, LinkError, LinkId, NamePart, Refusal, State, compare_names,
};

/// A change that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The row.
    pub id: ChangeId,
    /// Of whose link.
    pub link: LinkId,
    /// Whose.
    pub person: PersonId,
    /// The wanted profile.
    pub wanted: ProfileDraft,
    /// What differs from the roster.
    pub mismatch: Vec<NamePart>,
    /// Since when.
    pub asked: UtcInstant,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody has decided.
    Waiting,
    /// The school agreed, and the profile is changed.
    Approved,
    /// The school did not.
    Rejected {
        /// The reason that the person is told.
        why: String,
    },
    /// The person took it back, or asked for another.
    Withdrawn,
    /// The link ended.
    Dropped,
}

impl Outcome {
    pub(crate) const fn word(&self) -> Option<&'static str> {
        match self {
            Self::Waiting => None,
            Self::Approved => Some("approved"),
            Self::Rejected { .. } => Some("rejected"),
            Self::Withdrawn => Some("withdrawn"),
            Self::Dropped => Some("dropped"),
        }
    }

    pub(crate) fn why(&self) -> Option<&str> {
        match self {
            Self::Rejected { why } => Some(why),
            Self::Waiting | Self::Approved | Self::Withdrawn | Self::Dropped => None,
        }
    }

    pub(crate) fn of(word: Option<&str>, why: Option<String>) -> Option<Self> {
        match word {
            None => Some(Self::Waiting),
            Some("approved") => Some(Self::Approved),
            Some("rejected") => Some(Self::Rejected { why: why.unwrap_or_default() }),
            Some("withdrawn") => Some(Self::Withdrawn),
            Some("dropped") => Some(Self::Dropped),
            Some(_) => None,
        }
    }
}

/// What asking for a change led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The school has nothing to say: the profile may be saved now.
    Free,
    /// The school decides, about this person.
    Waits(PersonId),
}

/// The newest change that the owner of a VK ID account asked for.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_change(tx: &ReadTx<'_>, by: &OwnerOf<'_>) -> Result<Option<Change>, store::Error> {
    match VkSubject::of_account(by.account()) {
        Some(subject) => change::newest(tx, subject),
        None => Ok(None),
    }
}

/// Asks for another educational profile. An account that nobody of the school is linked with is free to change.
///
/// # Errors
/// [`LinkError::Refused`] while the school decides on the link itself, or has blocked it.
pub fn ask_change(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
    wanted: &ProfileDraft,
) -> Result<Asked, LinkError> {
    let Some(subject) = VkSubject::of_account(by.account()) else { return Ok(Asked::Free) };
    let Some(holder) = link::holder(tx, subject)? else { return Ok(Asked::Free) };
    let held = find_link(tx, holder, subject.provider())?;
    let Some(id) = held.id else { return Ok(Asked::Free) };
    let linked = match &held.state {
        State::Active(linked) => linked,
        State::AwaitingApproval { .. } => return Err(Refusal::AlreadyWaiting.into()),
        State::Suspended { .. } => return Err(Refusal::Suspended.into()),
        State::Unlinked | State::Authorizing { .. } | State::Reviewing { .. } => return Ok(Asked::Free),
    };
    withdraw_waiting(tx, now, subject)?;
    let roster = school::load_person(tx, holder)?.name;
    match compare_names(&roster, &wanted.name) {
        // A name that the school has once agreed to stays good.
        Comparison::Differs(mismatch) if wanted.name != linked.returned.claims.name => {
            let new = change::NewChange { link: id, person: holder, subject, wanted, mismatch: &mismatch };
            change::insert(tx, now, &new)?;
            Ok(Asked::Waits(holder))
        }
        Comparison::Equal | Comparison::Differs(_) => {
            take_over(tx, now, &held, wanted, Some(holder))?;
            Ok(Asked::Free)
        }
    }
}

/// Takes back what waits, and tells whose it was; `None` when nothing does.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn withdraw_change(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
) -> Result<Option<PersonId>, store::Error> {
    match VkSubject::of_account(by.account()) {
        Some(subject) => withdraw_waiting(tx, now, subject),
        None => Ok(None),
    }
}

fn withdraw_waiting(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    subject: VkSubject,
) -> Result<Option<PersonId>, store::Error> {
    let Some(newest) = change::newest(tx, subject)? else { return Ok(None) };
    let withdrawn = change::decide(tx, now, newest.id, &Outcome::Withdrawn, None)?;
    Ok(withdrawn.then_some(newest.person))
}

/// The link says from now on what the profile says, and its log that it did not before (LNK-L6).
fn take_over(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    held: &Link,
    wanted: &ProfileDraft,
    actor: Option<PersonId>,
) -> Result<(), store::Error> {
    let Some(id) = held.id else { return Ok(()) };
    let claims =
        Claims { name: wanted.name.clone(), birth_date: Some(wanted.birth_date), role: Some(wanted.role) };
    link::set_claims(tx, id, &claims)?;
    let word = held.state.word();
    let row = log::NewRow {
        link: id,
        person: held.person,
        actor,
        event: "profile_changed",
        from: word,
        to: word,
        subject: held.state.subject(),
        why: None,
    };
    log::insert(tx, now, &row)
}

/// A change that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingChange {
    /// The change.
    pub change: Change,
    /// The name in the roster.
    pub roster: PersonName,
    /// The birth date in the roster.
    pub roster_birth_date: Option<Date>,
}

fn with_roster(tx: &ReadTx<'_>, change: Change) -> Result<WaitingChange, store::Error> {
    let person = school::load_person(tx, change.person)?;
    Ok(WaitingChange { change, roster: person.name, roster_birth_date: person.birth_date })
}

/// The changes of a class's pupils and guardians that wait, longest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn changes_in_class(
    tx: &ReadTx<'_>,
    by: &HomeroomOf<'_>,
    on: Date,
) -> Result<Vec<WaitingChange>, store::Error> {
    let mut found = Vec::new();
    for change in change::waiting(tx)? {
        if is_of_class(tx, by, change.person, on)? {
            found.push(with_roster(tx, change)?);
        }
    }
    Ok(found)
}

/// Every change that waits, longest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn changes_for_administrator(
    tx: &ReadTx<'_>,
    _by: &Administrator<'_>,
) -> Result<Vec<WaitingChange>, store::Error> {
    change::waiting(tx)?.into_iter().map(|change| with_roster(tx, change)).collect()
}

fn decidable(tx: &ReadTx<'_>, by: Approver<'_, '_>, id: ChangeId, on: Date) -> Result<Change, LinkError> {
    let change = change::find(tx, id)?.ok_or(LinkError::Denied)?;
    if by.may_decide(tx, change.person, on)? { Ok(change) } else { Err(LinkError::Denied) }
}

/// What was agreed to, for whoever keeps the profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the profile itself is identity's and must be saved in the same transaction"]
pub struct Agreed {
    /// Whose.
    pub person: PersonId,
    /// The account of the embedded VK ID.
    pub account: VkAccountId,
    /// The profile.
    pub wanted: ProfileDraft,
}

/// Agrees to a change.
///
/// # Errors
/// [`LinkError::Denied`] when it is not theirs to decide, [`LinkError::Refused`] when it waits no more.
pub fn approve_change(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    on: Date,
    by: Approver<'_, '_>,
    id: ChangeId,
) -> Result<Agreed, LinkError> {
    let change = decidable(tx, by, id, on)?;
    let held = link::find_by_id(tx, change.link)?.ok_or(LinkError::Denied)?;
    let Some(subject) = held.state.subject() else { return Err(Refusal::NotNow.into()) };
    if !change::decide(tx, now, id, &Outcome::Approved, Some(by.person()))? {
        return Err(Refusal::NotNow.into());
    }
    take_over(tx, now, &held, &change.wanted, Some(by.person()))?;
    let account = VkAccountId::from_row(subject.user().get());
    Ok(Agreed { person: change.person, account, wanted: change.wanted })
}

/// Refuses a change, with the reason that the person is told.
///
/// # Errors
/// As [`approve_change`].
pub fn reject_change(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    on: Date,
    by: Approver<'_, '_>,
    id: ChangeId,
    why: &str,
) -> Result<PersonId, LinkError> {
    let change = decidable(tx, by, id, on)?;
    let outcome = Outcome::Rejected { why: why.to_owned() };
    if change::decide(tx, now, id, &outcome, Some(by.person()))? {
        Ok(change.person)
    } else {
        Err(Refusal::NotNow.into())
    }
}
