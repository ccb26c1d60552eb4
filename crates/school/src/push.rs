//! Where browsers want to be called (MSG-F19): a subscription belongs to a portal session and dies with it (MSG-E19).

use store::{PUSH_AUTH_BYTES, PUSH_KEY_BYTES, ReadTx, Recipient, UtcInstant, WriteTx};

use crate::storage::push::PushRow;
use crate::{Denied, PersonId, PortalSessionId, Present, PushId, SessionLimits, Viewer, storage};

/// A subscription whose session is alive.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The row.
    pub id: PushId,
    /// Whose session it belongs to.
    pub viewer: Viewer,
    /// The address at the push service.
    pub endpoint: String,
    /// For whom messages are sealed.
    pub recipient: Recipient,
}

/// A subscription as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPush {
    /// The row.
    pub id: PushId,
    /// What the browser calls itself.
    pub device: String,
    /// Since when.
    pub at: UtcInstant,
    /// Whether it is the browser of this session.
    pub present: bool,
}

/// Keeps the subscription of the viewer's browser in place of what its session had. A browser that another session had
/// subscribed is that other's no more: whoever signs in next on a shared computer is not called in another's name.
///
/// # Errors
/// [`Denied`] when the session has ended.
pub fn subscribe(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    viewer: &Viewer,
    endpoint: &str,
    recipient: &Recipient,
) -> Result<PushId, Denied> {
    Present::ask(tx, viewer)?;
    storage::push::remove_of_session(tx, viewer.session())?;
    storage::push::remove_endpoint(tx, endpoint)?;
    let row = PushRow {
        session: viewer.session(),
        person: viewer.person(),
        endpoint: endpoint.to_owned(),
        public: recipient.public,
        auth: recipient.auth,
    };
    Ok(storage::push::insert(tx, now, &row)?)
}

/// Lets the subscription of the viewer's session go on under another address and with other keys; calls that wait for it
/// stay. The browser changes them by itself now and then.
///
/// # Errors
/// [`Denied`] when the session has ended, or had no subscription at the old address.
pub fn renew_push(
    tx: &mut WriteTx<'_>,
    viewer: &Viewer,
    old: &str,
    endpoint: &str,
    recipient: &Recipient,
) -> Result<(), Denied> {
    Present::ask(tx, viewer)?;
    storage::push::remove_endpoint_elsewhere(tx, endpoint, viewer.session())?;
    let found = storage::push::renew(tx, viewer.session(), old, endpoint, recipient)?;
    if found { Ok(()) } else { Err(Denied::Denied) }
}

/// Forgets one of the viewer's own subscriptions; says whether there was one.
///
/// # Errors
/// [`Denied`] when the session has ended.
pub fn unsubscribe(tx: &mut WriteTx<'_>, viewer: &Viewer, push: PushId) -> Result<bool, Denied> {
    Present::ask(tx, viewer)?;
    Ok(storage::push::remove_own(tx, push, viewer.person())?)
}

/// The viewer's own subscriptions, newest first.
///
/// # Errors
/// [`Denied`] when the session has ended.
pub fn own_pushes(tx: &ReadTx<'_>, viewer: &Viewer) -> Result<Vec<OwnPush>, Denied> {
    Present::ask(tx, viewer)?;
    let rows = storage::push::of_person(tx, viewer.person())?.into_iter();
    let own = |(id, session, device, at)| OwnPush { id, device, at, present: session == viewer.session() };
    Ok(rows.map(own).collect())
}

/// The subscriptions of some people; whether they may be called is asked when each is.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn pushes_of(tx: &ReadTx<'_>, people: &[PersonId]) -> Result<Vec<(PushId, PersonId)>, store::Error> {
    storage::push::of_people(tx, people)
}

/// Whether a subscription is still there.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_push(tx: &ReadTx<'_>, push: PushId) -> Result<bool, store::Error> {
    storage::push::is_there(tx, push)
}

/// Whether anybody is subscribed at all.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_pushes(tx: &ReadTx<'_>) -> Result<bool, store::Error> {
    storage::push::has_any(tx)
}

/// A subscription, while its session lives and the account is open.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_push(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    push: PushId,
) -> Result<Option<Subscription>, store::Error> {
    let Some((row, alive)) = storage::push::find(tx, push)? else { return Ok(None) };
    let lives =
        alive.is_some_and(|(remember, created, seen)| SessionLimits::of(remember).allow(created, seen, now));
    if !lives {
        return Ok(None);
    }
    Ok(Some(Subscription {
        id: push,
        viewer: Viewer::new(row.person, row.session),
        endpoint: row.endpoint,
        recipient: Recipient { public: row.public, auth: row.auth },
    }))
}

/// Forgets a subscription that its push service knows no more, or whose session is over.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn drop_push(tx: &mut WriteTx<'_>, push: PushId) -> Result<(), store::Error> {
    storage::push::remove(tx, push)
}

/// Forgets all of them: the school has switched pushes off, or its key is another one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn drop_all_pushes(tx: &mut WriteTx<'_>) -> Result<(), store::Error> {
    storage::push::remove_all(tx)
}

/// The sizes that a row must have.
const _: () = assert!(PUSH_KEY_BYTES == 65 && PUSH_AUTH_BYTES == 16, "as the table says");

/// A session id, for those who remove what belongs to it.
pub(crate) fn forget_of_session(tx: &mut WriteTx<'_>, session: PortalSessionId) -> Result<(), store::Error> {
    storage::push::remove_of_session(tx, session)
}
