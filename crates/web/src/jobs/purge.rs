//! Once an hour: what nobody needs any more goes.

use std::sync::Arc;
use std::time::Duration;

use store::UtcInstant;

use crate::App;

/// How long events are kept; a client away for longer starts afresh (messenger rule 5.1).
const EVENTS: time::Duration = time::Duration::days(30);
/// How long an unfinished upload is kept (MSG-A8).
const UPLOADS: time::Duration = time::Duration::hours(24);

pub(super) async fn run(app: Arc<App>) {
    loop {
        if let Err(error) = purge(&app, app.clock.now()).await {
            tracing::warn!(%error, "the purge failed and is tried again in an hour");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(3600)) => {}
            () = app.drained() => return,
        }
    }
}

/// Removes old sessions, rows of the journal of sign-ins, slips, events, uploads and tables that were never loaded.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) async fn purge(app: &App, now: UtcInstant) -> Result<(), store::Error> {
    app.drafts.forget_old(now);
    app.store
        .write(move |tx| {
            school::purge_sessions(tx, now)?;
            school::purge_sign_ins(tx, now)?;
            school::purge_slips(tx, now)?;
            identity::purge(tx, now)?;
            tx.forget_events(now - EVENTS)?;
            tx.drop_orphans(now - UPLOADS)?;
            Ok(())
        })
        .await
}
