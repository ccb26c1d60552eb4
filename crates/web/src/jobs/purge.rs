//! Once an hour: what nobody needs any more goes.

use std::sync::Arc;
use std::time::Duration;

use store::{Lane, UtcInstant};

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

/// How many chunks of what is gone are removed in one commit: few, because messages wait meanwhile (MSG-A2).
const SWEEP: u32 = 8;
/// How many pages without content the file keeps for what comes next.
const SPARE_PAGES: u64 = 4096;

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
            calls::purge_checks(tx, now)?;
            identity::purge(tx, now)?;
            tx.forget_events(now - EVENTS)?;
            Ok::<_, store::Error>(())
        })
        .await?;
    purge_files(app, now).await
}

/// Removes what no message carries after a day, and gives its room back in small steps (MSG-A8).
async fn purge_files(app: &App, now: UtcInstant) -> Result<(), store::Error> {
    let before = now - UPLOADS;
    while app.store.write_in(Lane::Blob, move |tx| messenger::purge_files(tx, before, 100)).await? == 100 {}
    app.store.write_in(Lane::Blob, move |tx| tx.drop_orphans(before)).await?;
    for blob in app.store.read(|tx| tx.blobs_to_sweep()).await? {
        while app.store.write_in(Lane::Blob, move |tx| tx.sweep_blob(blob, SWEEP)).await? {}
    }
    let mut free = app.store.read(|tx| tx.free_pages()).await?;
    while free > SPARE_PAGES {
        app.store.write_in(Lane::Blob, |tx| tx.give_back_pages()).await?;
        let left = app.store.read(|tx| tx.free_pages()).await?;
        // A file made by an older program may not give pages back at all.
        if left >= free {
            break;
        }
        free = left;
    }
    Ok(())
}
