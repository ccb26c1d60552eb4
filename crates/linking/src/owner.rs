//! What the owner of a link may do with it at any time.

use identity::Provider;
use school::Fresh;
use store::{UtcInstant, WriteTx};

use crate::link::{apply, find_link};
use crate::{Event, LinkChange, LinkError};

/// Ends one's own link; the history stays, and a new one may be made (LNK-L5). Only who has just typed their password
/// may (A16).
///
/// # Errors
/// [`LinkError::Refused`] when there is nothing to end.
pub fn unlink(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    who: &Fresh<'_>,
    provider: Provider,
) -> Result<LinkChange, LinkError> {
    let link = find_link(tx, who.person(), provider)?;
    Ok(apply(tx, now, link, Event::Unlinked, Some(who.person()), None)?.1)
}
