//! What the owner of a link may do with it at any time.

use identity::Provider;
use school::Present;
use store::{UtcInstant, WriteTx};

use crate::link::{apply, find_link};
use crate::{Event, LinkChange, LinkError};

/// Ends one's own link; the history stays, and a new one may be made (LNK-L5).
///
/// # Errors
/// [`LinkError::Refused`] when there is nothing to end.
pub fn unlink(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    who: &Present<'_>,
    provider: Provider,
) -> Result<LinkChange, LinkError> {
    let link = find_link(tx, who.person(), provider)?;
    Ok(apply(tx, now, link, Event::Unlinked, Some(who.person()), None)?.1)
}
