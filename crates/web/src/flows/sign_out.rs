//! The end of a sign-in to the diary: at a school's computer the next one must not find VK ID open.

use identity::{CookieToken, OwnerOf};
use school::Viewer;
use store::{UtcInstant, WriteTx};

use crate::Failure;

/// Ends the session of the portal, and with it that of the embedded VK ID in the same browser.
///
/// # Errors
/// [`Failure`] when the portal's session has ended already.
pub(crate) fn sign_out(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    vk_id: Option<&CookieToken>,
) -> Result<(), Failure> {
    school::end_own_session(tx, now, viewer, viewer.session())?;
    if let Some(by) = OwnerOf::ask(tx, now, vk_id)? {
        identity::sign_out(tx, now, &by)?;
    }
    Ok(())
}
