//! What the school's office does with links: lists, blocks, ends them; and what happens to them from outside.

use identity::{Provider, VkSubject};
use school::{Administrator, PersonId};
use store::{ReadTx, UtcInstant, WriteTx};

use crate::link::{apply, find_link};
use crate::storage::link;
use crate::{
    AttemptRef, Claims, Comparison, Event, Link, LinkChange, LinkError, LinkId, LinkPath, Returned, State,
};

/// A link as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// The link.
    pub id: LinkId,
    /// Whose.
    pub person: PersonId,
    /// With whom.
    pub provider: Provider,
    /// Where it is.
    pub state: State,
    /// Since when it is there.
    pub since: UtcInstant,
}

/// All links that are more than history, newest change first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_links(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    _by: &Administrator<'_>,
) -> Result<Vec<LinkRow>, store::Error> {
    let mut rows = link::list(tx)?;
    rows.retain_mut(|row| {
        row.state = row.state.at(now);
        row.state != State::Unlinked
    });
    Ok(rows)
}

/// One link, whatever its state.
///
/// # Errors
/// [`LinkError::Denied`] when there is none.
pub fn load_link(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    _by: &Administrator<'_>,
    id: LinkId,
) -> Result<LinkRow, LinkError> {
    let mut row = link::find_row(tx, id)?.ok_or(LinkError::Denied)?;
    row.state = row.state.at(now);
    Ok(row)
}

/// The subject that a person is linked with, blocked or not; `None` while nothing has come of it.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn linked_subject(
    tx: &ReadTx<'_>,
    _by: &Administrator<'_>,
    person: PersonId,
    provider: Provider,
) -> Result<Option<VkSubject>, store::Error> {
    let state = find_link(tx, person, provider)?.state;
    Ok(match state {
        State::Active(_) | State::Suspended { .. } => state.subject(),
        State::Unlinked
        | State::Authorizing { .. }
        | State::Reviewing { .. }
        | State::AwaitingApproval { .. } => None,
    })
}

fn load(tx: &ReadTx<'_>, id: LinkId) -> Result<Link, LinkError> {
    link::find_by_id(tx, id)?.ok_or(LinkError::Denied)
}

/// Blocks a link, with the reason that the person is told.
///
/// # Errors
/// [`LinkError::Denied`] when there is none, [`LinkError::Refused`] when it is not active.
pub fn suspend(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Administrator<'_>,
    id: LinkId,
    why: &str,
) -> Result<(Link, LinkChange), LinkError> {
    let link = load(tx, id)?;
    let event = Event::Suspended { by: by.person(), why: why.to_owned() };
    apply(tx, now, link, event, Some(by.person()), Some(why))
}

/// Lifts a block.
///
/// # Errors
/// As [`suspend`].
pub fn reinstate(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Administrator<'_>,
    id: LinkId,
) -> Result<(Link, LinkChange), LinkError> {
    let link = load(tx, id)?;
    apply(tx, now, link, Event::Reinstated, Some(by.person()), None)
}

/// Ends anybody's link.
///
/// # Errors
/// As [`suspend`].
pub fn unlink_for(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &Administrator<'_>,
    id: LinkId,
    why: &str,
) -> Result<(Link, LinkChange), LinkError> {
    let link = load(tx, id)?;
    apply(tx, now, link, Event::Unlinked, Some(by.person()), Some(why))
}

/// Ends the link of a VK ID account that is no more (LNK-L10).
///
/// # Errors
/// [`LinkError`] by what the base said.
pub fn provider_revoked(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    subject: VkSubject,
) -> Result<LinkChange, LinkError> {
    for reviewer in link::reviewers(tx, subject)? {
        let link = find_link(tx, reviewer, subject.provider())?;
        let _nobody_entered = apply(tx, now, link, Event::ProviderRevoked, None, None)?;
    }
    let Some(holder) = link::holder(tx, subject)? else { return Ok(LinkChange::Same) };
    let link = find_link(tx, holder, subject.provider())?;
    Ok(apply(tx, now, link, Event::ProviderRevoked, None, None)?.1)
}

/// Links a person as the demo school's people are linked: the program walks the way for them, through the machine.
///
/// # Errors
/// [`LinkError::Refused`] when they are linked, or the subject is another person's.
pub fn adopt(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    subject: VkSubject,
    claims: Claims,
    path: LinkPath,
) -> Result<LinkChange, LinkError> {
    // No session waits for this return, and no browser could bring it.
    let attempt = AttemptRef { digest: [0; 32], session: school::PortalSessionId::from_row(0) };
    let taken = link::holder(tx, subject)?.is_some_and(|holder| holder != person);
    let begin = Event::Begin { attempt, expires: now + time::Duration::minutes(1), linked_elsewhere: false };
    let link = find_link(tx, person, subject.provider())?;
    let (link, _) = apply(tx, now, link, begin, None, None)?;
    let returned = Event::Returned {
        attempt,
        returned: Returned { subject, claims, path },
        names: Comparison::Equal,
        taken,
        review: None,
        review_until: now,
    };
    Ok(apply(tx, now, link, returned, None, None)?.1)
}
