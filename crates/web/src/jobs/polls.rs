//! Votes that came one after the other are told together, and polls end at their time, so that open pages learn of it and anonymous ones keep no votes (MSG-F8). Votes that come
//! late are refused by the clock, not by this job.

use std::sync::Arc;
use std::time::Duration;

use store::UtcInstant;

use crate::App;

/// How often the times are looked at.
const LOOK: Duration = Duration::from_secs(2);

pub(super) async fn run(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        if let Err(error) = round(&app, now).await {
            tracing::warn!(%error, "polls were not ended");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.drained() => return,
        }
    }
}

pub(super) async fn round(app: &App, now: UtcInstant) -> Result<(), store::Error> {
    if app.store.read(move |tx| messenger::has_due_polls(tx, now)).await? {
        app.store.write(move |tx| messenger::close_due_polls(tx, now)).await?;
    }
    if app.store.read(move |tx| messenger::has_untold_votes(tx, now)).await? {
        app.store.write(move |tx| messenger::tell_votes(tx, now)).await?;
    }
    Ok(())
}
