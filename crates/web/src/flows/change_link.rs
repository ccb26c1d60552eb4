//! Whatever else opens or closes «Сферум» to a person: approvals, unlinking, blocks (LNK-L4).

use identity::Provider;
use linking::{Approver, Link, LinkId};
use school::{Administrator, Fresh};
use store::{UtcInstant, WriteTx};
use time::Date;

use super::follow_link;
use crate::Failure;

/// Approves a link that waits.
///
/// # Errors
/// [`Failure`] when it is not theirs to decide, or waits no more.
pub(crate) fn approve_link(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    by: Approver<'_, '_>,
    link: LinkId,
) -> Result<Link, Failure> {
    let (link, change) = linking::approve(tx, now, today, by, link)?;
    follow_link(tx, now, today, change)?;
    Ok(link)
}

/// Ends one's own link (LNK-L5).
///
/// # Errors
/// [`Failure`] when there is none.
pub(crate) fn unlink(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    who: &Fresh<'_>,
    provider: Provider,
) -> Result<(), Failure> {
    let change = linking::unlink(tx, now, who, provider)?;
    follow_link(tx, now, today, change)
}

/// What an administrator does with a link.
#[derive(Clone, Debug)]
pub(crate) enum Office {
    /// Blocks it.
    Suspend { why: String },
    /// Lifts the block.
    Reinstate,
    /// Ends it.
    Unlink { why: String },
}

/// Blocks, unblocks or ends a link.
///
/// # Errors
/// [`Failure`] when there is none, or it is in another state.
pub(crate) fn change_link(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    by: &Administrator<'_>,
    link: LinkId,
    deed: &Office,
) -> Result<Link, Failure> {
    let (link, change) = match deed {
        Office::Suspend { why } => linking::suspend(tx, now, by, link, why)?,
        Office::Reinstate => linking::reinstate(tx, now, by, link)?,
        Office::Unlink { why } => linking::unlink_for(tx, now, by, link, why)?,
    };
    follow_link(tx, now, today, change)?;
    Ok(link)
}
