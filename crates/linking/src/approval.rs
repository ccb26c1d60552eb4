//! Links whose names do not agree with the roster, and who decides on them (LNK-L3).

use school::{Administrator, HomeroomOf, PersonId, PersonName, Standing};
use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::link::apply;
use crate::storage::link;
use crate::{Claims, Event, Link, LinkChange, LinkError, LinkId, NamePart, State};

/// Who decides: the homeroom teacher of the class for its pupils and their guardians, an administrator for everybody
/// (staff, people without a class, classes without a teacher).
#[derive(Clone, Copy, Debug)]
pub enum Approver<'p, 't> {
    /// The homeroom teacher.
    Homeroom(&'p HomeroomOf<'t>),
    /// An administrator.
    Administrator(&'p Administrator<'t>),
}

impl Approver<'_, '_> {
    pub(crate) const fn person(self) -> PersonId {
        match self {
            Self::Homeroom(proof) => proof.person(),
            Self::Administrator(proof) => proof.person(),
        }
    }

    pub(crate) fn may_decide(
        self,
        tx: &ReadTx<'_>,
        person: PersonId,
        on: Date,
    ) -> Result<bool, store::Error> {
        match self {
            Self::Administrator(_) => Ok(true),
            Self::Homeroom(proof) => is_of_class(tx, proof, person, on),
        }
    }
}

pub(crate) fn is_of_class(
    tx: &ReadTx<'_>,
    proof: &HomeroomOf<'_>,
    person: PersonId,
    on: Date,
) -> Result<bool, store::Error> {
    let standings = school::standings_of(tx, proof.class_group(), person, on)?;
    let belongs = standings.has(Standing::Pupil) || standings.has(Standing::Guardian);
    Ok(belongs && !school::roles_of(tx, person, on)?.is_staff())
}

/// A link that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The link.
    pub link: LinkId,
    /// Whose.
    pub person: PersonId,
    /// The name in the roster.
    pub roster: PersonName,
    /// The birth date in the roster.
    pub roster_birth_date: Option<Date>,
    /// What the provider says.
    pub claims: Claims,
    /// What differs.
    pub mismatch: Vec<NamePart>,
    /// Since when.
    pub since: UtcInstant,
}

fn waiting(tx: &ReadTx<'_>, link: Link) -> Result<Option<Waiting>, store::Error> {
    let (Some(id), State::AwaitingApproval { returned, mismatch, since }) = (link.id, link.state) else {
        return Ok(None);
    };
    let person = school::load_person(tx, link.person)?;
    Ok(Some(Waiting {
        link: id,
        person: person.id,
        roster: person.name,
        roster_birth_date: person.birth_date,
        claims: returned.claims,
        mismatch,
        since,
    }))
}

/// The pupils and guardians of a class who wait, longest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn waiting_in_class(
    tx: &ReadTx<'_>,
    by: &HomeroomOf<'_>,
    on: Date,
) -> Result<Vec<Waiting>, store::Error> {
    let mut found = Vec::new();
    for link in link::awaiting(tx)? {
        if is_of_class(tx, by, link.person, on)? {
            found.extend(waiting(tx, link)?);
        }
    }
    Ok(found)
}

/// Everybody who waits, longest first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn waiting_for_administrator(
    tx: &ReadTx<'_>,
    _by: &Administrator<'_>,
) -> Result<Vec<Waiting>, store::Error> {
    let mut found = Vec::new();
    for link in link::awaiting(tx)? {
        found.extend(waiting(tx, link)?);
    }
    Ok(found)
}

fn decidable(tx: &ReadTx<'_>, by: Approver<'_, '_>, id: LinkId, on: Date) -> Result<Link, LinkError> {
    let link = link::find_by_id(tx, id)?.ok_or(LinkError::Denied)?;
    if by.may_decide(tx, link.person, on)? { Ok(link) } else { Err(LinkError::Denied) }
}

/// Confirms that the VK ID is this person's: the link becomes active.
///
/// # Errors
/// [`LinkError::Denied`] when it is not theirs to decide, [`LinkError::Refused`] when it waits no more.
pub fn approve(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    on: Date,
    by: Approver<'_, '_>,
    id: LinkId,
) -> Result<(Link, LinkChange), LinkError> {
    let link = decidable(tx, by, id, on)?;
    apply(tx, now, link, Event::Approved { by: by.person() }, Some(by.person()), None)
}

/// Refuses a link, with the reason that the person is told.
///
/// # Errors
/// As [`approve`].
pub fn reject(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    on: Date,
    by: Approver<'_, '_>,
    id: LinkId,
    why: &str,
) -> Result<Link, LinkError> {
    let link = decidable(tx, by, id, on)?;
    Ok(apply(tx, now, link, Event::Rejected { by: by.person() }, Some(by.person()), Some(why))?.0)
}
