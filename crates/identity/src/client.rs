//! Registered applications: who may ask people to sign in here, and where they are sent back to.

use store::{ReadTx, UtcInstant, WriteTx};

use crate::ClientId;
use crate::storage::client;

/// Whether an application is the school's own portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// The school's own portal: it alone gets the educational profile, in process (LNK-S7).
    School,
    /// Any other.
    App,
}

/// A registered application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its public number.
    pub id: ClientId,
    /// Its name as people see it.
    pub name: String,
    /// Whether it is the school's own.
    pub kind: ClientKind,
}

/// The number of the school's own portal among the applications.
pub const SCHOOL_CLIENT: ClientId = ClientId::from_row(51_000_000);

/// Registers the school's own portal with the addresses it is called back at, one for each name the server answers to;
/// done at each start, since names and port are settings.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn ensure_school_client(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    name: &str,
    redirect_uris: &[String],
) -> Result<(), store::Error> {
    client::put_school(tx, now, SCHOOL_CLIENT, name)?;
    client::set_redirects(tx, SCHOOL_CLIENT, redirect_uris)
}

/// The application with this number, while it is registered.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_client(tx: &ReadTx<'_>, id: ClientId) -> Result<Option<Client>, store::Error> {
    client::find(tx, id)
}
