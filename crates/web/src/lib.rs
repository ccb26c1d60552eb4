//! Owns the HTTP shell: server, routes, sessions' cookies, pages, live sockets, jobs, steps over several domains.
//! Promises that every route has a rule, every write a token and an audit row, every failure a Russian sentence.
//! Never holds SQL or a domain's rule.

pub mod app;
pub mod clock;
pub mod settings;

pub mod access;
pub mod gateway;
pub mod outgoing;
pub mod request;
pub mod response;
pub mod routes;
pub mod server;

mod attachment;
mod context;
mod cookies;
mod csrf;
mod cx;
mod drafts;
mod export;
mod failure;
pub mod form_data;
mod hasher;
mod headers;
mod host;
mod live;
mod own_password;
mod rooms;
mod router;
mod screen;
mod step_up;
mod words;

mod assets;
mod handlers;
pub mod jobs;
mod views;

pub mod flows;
pub mod import_words;

pub use app::App;
pub use clock::Clock;
pub use cx::Cx;
pub use export::{ExportFault, Verified, verify_export};
pub use failure::Failure;
pub use failure::calls::CallFault;
pub use settings::Settings;
pub use step_up::ConfirmFault;

/// The migrations of all crates as one history.
#[must_use]
pub fn schema() -> store::Schema {
    store::Schema::join(&[
        store::MIGRATIONS,
        school::MIGRATIONS,
        identity::MIGRATIONS,
        linking::MIGRATIONS,
        diary::MIGRATIONS,
        messenger::MIGRATIONS,
        calls::MIGRATIONS,
    ])
}

/// Walks what each crate can prove of itself: the audit chain, the digests of files, the order of messages (MSG-N14).
///
/// # Errors
/// [`store::Error`] when the base cannot be read.
pub fn verify(tx: &store::ReadTx<'_>) -> Result<Vec<store::Finding>, store::Error> {
    let mut findings = store::verify(tx)?;
    findings.extend(messenger::verify(tx)?);
    Ok(findings)
}
