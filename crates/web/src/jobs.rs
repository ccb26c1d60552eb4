//! What happens by time, one file each, the clock injected (ARC-16).

mod attendance;
mod calls;
mod certificate;
mod index;
mod keys;
mod lessons;
mod look;
mod outbox;
mod phones;
mod polls;
mod purge;
mod push;
mod retention;
mod roster;
mod schedule;

use std::sync::Arc;

use crate::App;

pub use certificate::look as look_at_certificates;
pub(crate) use retention::before_opening as purge_before_opening;

/// Starts all jobs; they end when the server drains.
pub fn start(app: &Arc<App>) {
    tokio::spawn(attendance::run(Arc::clone(app)));
    tokio::spawn(calls::run(Arc::clone(app)));
    tokio::spawn(certificate::run(Arc::clone(app)));
    tokio::spawn(index::run(Arc::clone(app)));
    tokio::spawn(keys::run(Arc::clone(app)));
    tokio::spawn(lessons::run(Arc::clone(app)));
    tokio::spawn(look::run(Arc::clone(app)));
    tokio::spawn(outbox::run(Arc::clone(app)));
    tokio::spawn(phones::run(Arc::clone(app)));
    tokio::spawn(polls::run(Arc::clone(app)));
    tokio::spawn(purge::run(Arc::clone(app)));
    tokio::spawn(push::run(Arc::clone(app)));
    tokio::spawn(retention::run(Arc::clone(app)));
    tokio::spawn(roster::run(Arc::clone(app)));
    tokio::spawn(schedule::run(Arc::clone(app)));
}

/// One look at the phones of deleted accounts, for tests that move the clock.
pub async fn free_phones(app: &Arc<App>) {
    phones::round(app).await;
}

/// One look at calls by the clock, for tests that move it.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub async fn look_at_calls(app: &Arc<App>) -> Result<(), store::Error> {
    calls::round(app, app.clock.now()).await
}

/// One round of the index of the search, for tests that look at what is in it.
pub async fn index_messages(app: &Arc<App>) {
    index::round(app).await;
}

/// One round of messages that are due, for tests that move the clock.
pub async fn send_due(app: &Arc<App>) {
    schedule::round(app).await;
}

/// One look at the times of polls, for tests that move the clock.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub async fn end_polls(app: &Arc<App>) -> Result<(), store::Error> {
    polls::round(app, app.clock.now()).await
}

/// One round of the purge, for tests that move the clock.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub async fn purge_now(app: &Arc<App>) -> Result<(), store::Error> {
    purge::purge(app, app.clock.now()).await
}

/// One look at who is missing in chats, for tests that do not wait.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub async fn look_at_attendance(app: &Arc<App>) -> Result<(), store::Error> {
    attendance::round(app).await
}

/// One round of the purge of old messages, for tests that move the clock.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub async fn purge_messages_now(app: &Arc<App>) -> Result<(), store::Error> {
    retention::round(app).await
}

/// One round of calls through push services, for tests that do not wait.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub async fn call_now(app: &Arc<App>) -> Result<(), store::Error> {
    push::round(app, true).await
}

/// One round of the outbox, for tests that move the clock.
pub async fn empty_outbox(app: &Arc<App>) {
    outbox::round(app).await;
}
