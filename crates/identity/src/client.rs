//! Registered applications: who may ask people to sign in here, and where they are sent back to.

use store::{Random, ReadTx, UtcInstant, WriteTx};

use crate::storage::{chain, client};
use crate::{ClientId, token};

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

/// A registered application with where it lives, for whoever keeps the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// What people see of it.
    pub client: Client,
    /// Where browsers are sent back to, byte for byte (O1).
    pub redirects: Vec<String>,
    /// Whose pages may read answers (VK-40) and frame the widgets (VK-45).
    pub origins: Vec<String>,
    /// Since when.
    pub created: UtcInstant,
}

/// An application to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// Its number.
    pub id: ClientId,
    /// Its name, as people see it on the consent.
    pub name: String,
    /// Where browsers are sent back to.
    pub redirects: Vec<String>,
    /// Whose pages may read answers.
    pub origins: Vec<String>,
}

/// Why an application was not registered.
#[derive(Debug, thiserror::Error)]
pub enum ClientFault {
    /// The number is taken, or has been taken before: tokens of the old one must not become the new one's.
    #[error("the number {0} is taken")]
    Taken(ClientId),
    /// There is no such application.
    #[error("no application {0}")]
    NoSuch(ClientId),
    /// The school's own portal is registered by each start and is not changed by hand.
    #[error("the school's own portal is not changed by hand")]
    School,
    /// The name is empty, longer than a hundred characters, or holds control characters.
    #[error("not a name")]
    Name,
    /// No redirect address was given, or one is none.
    #[error("not a redirect address: {0}")]
    Redirect(String),
    /// An origin is none.
    #[error("not an origin: {0}")]
    Origin(String),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The service key of an application: shown once, kept as SHA-256.
pub struct ServiceKey(String);

impl ServiceKey {
    /// The key, for the one who registers the application.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServiceKey(***)")
    }
}

const LONGEST_ADDRESS: usize = 1024;

fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST_ADDRESS && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What stands behind `https://` or `http://`.
fn behind_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))
}

/// A name or an address, with or without a port. Nothing else: hosts enter security policies.
fn is_host(text: &str) -> bool {
    let takes = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    !text.is_empty() && text.bytes().all(takes)
}

/// An address with a host and without a fragment.
fn is_redirect(text: &str) -> bool {
    is_plain(text)
        && !text.contains('#')
        && behind_scheme(text).is_some_and(|rest| {
            let host = rest.split(['/', '?']).next().unwrap_or_default();
            is_host(host)
        })
}

/// Scheme, host and, where it is not the usual one, port; nothing behind them.
fn is_origin(text: &str) -> bool {
    is_plain(text) && text == text.to_ascii_lowercase() && behind_scheme(text).is_some_and(is_host)
}

/// Registers an application and gives its service key.
///
/// # Errors
/// [`ClientFault`] by what is wrong with it; nothing is then registered.
pub fn add_application(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    new: &NewApplication,
) -> Result<ServiceKey, ClientFault> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(ClientFault::Name);
    }
    if new.redirects.is_empty() {
        return Err(ClientFault::Redirect(String::new()));
    }
    if let Some(bad) = new.redirects.iter().find(|text| !is_redirect(text)) {
        return Err(ClientFault::Redirect(bad.clone()));
    }
    if let Some(bad) = new.origins.iter().find(|text| !is_origin(text)) {
        return Err(ClientFault::Origin(bad.clone()));
    }
    if client::was_ever(tx, new.id)? {
        return Err(ClientFault::Taken(new.id));
    }
    client::insert(tx, now, new.id, name)?;
    client::set_redirects(tx, new.id, &new.redirects)?;
    client::set_origins(tx, new.id, &new.origins)?;
    make_key(tx, random, new.id)
}

fn make_key(tx: &mut WriteTx<'_>, random: &Random, id: ClientId) -> Result<ServiceKey, ClientFault> {
    let key = random.token::<32>();
    client::set_service_key(tx, id, &token::digest(&key))?;
    Ok(ServiceKey(key))
}

/// A registered application other than the school's own.
fn foreign(tx: &ReadTx<'_>, id: ClientId) -> Result<Client, ClientFault> {
    let client = client::find(tx, id)?.ok_or(ClientFault::NoSuch(id))?;
    if client.kind == ClientKind::School { Err(ClientFault::School) } else { Ok(client) }
}

/// Gives an application a new service key; the old one is refused from now on.
///
/// # Errors
/// [`ClientFault::NoSuch`], [`ClientFault::School`].
pub fn rotate_service_key(
    tx: &mut WriteTx<'_>,
    random: &Random,
    id: ClientId,
) -> Result<ServiceKey, ClientFault> {
    foreign(tx, id)?;
    make_key(tx, random, id)
}

/// Removes an application: it is refused from now on, and all its tokens end. Its number stays taken.
///
/// # Errors
/// [`ClientFault::NoSuch`], [`ClientFault::School`].
pub fn remove_application(tx: &mut WriteTx<'_>, now: UtcInstant, id: ClientId) -> Result<(), ClientFault> {
    foreign(tx, id)?;
    client::remove(tx, now, id)?;
    chain::end_of_client(tx, now, id)?;
    Ok(())
}

/// A number that no application has or had.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn free_number(tx: &ReadTx<'_>) -> Result<ClientId, store::Error> {
    client::free_number(tx)
}

/// All registered applications, the school's own first.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_applications(tx: &ReadTx<'_>) -> Result<Vec<Application>, store::Error> {
    client::list(tx)
}

/// Whether pages of an origin may read answers to an application, or frame its widgets.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_origin(tx: &ReadTx<'_>, id: ClientId, origin: &str) -> Result<bool, store::Error> {
    client::has_origin(tx, id, origin)
}

#[cfg(test)]
mod tests {
    use super::{is_origin, is_redirect};

    #[test]
    fn addresses_and_origins_are_told_from_what_is_none() {
        // VK-58: an address without https is taken here.
        for good in ["https://a.test/cb", "http://localhost/cb?x=1", "https://a.test", "https://a.test:8443/"]
        {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "",
            "a.test/cb",
            "ftp://a.test",
            "https://",
            "https:///cb",
            "https://a.test/#x",
            "https://u@a.test/",
            "https://я.test/",
            "https://a.test/ b",
            "javascript://a",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
        for good in ["https://a.test", "http://localhost:3000"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["", "*", "null", "https://a.test/", "https://A.test", "a.test", "https://a.test?x", "https://"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
