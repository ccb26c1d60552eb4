//! Once an hour, and before the server opens: messages past their time go, step by step (MSG-S8).

use std::sync::Arc;
use std::time::Duration;

use store::Lane;

use crate::App;

const PAUSE: Duration = Duration::from_secs(3600);
/// Messages of one write: a few milliseconds of the writer, which messages wait behind.
const STEP: u32 = 64;

pub(super) async fn run(app: Arc<App>) {
    loop {
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "messages past their time were not removed; tried again in an hour");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// One round, to the end unless the server drains; the next one goes on. An idle round writes nothing.
pub(super) async fn round(app: &App) -> Result<(), store::Error> {
    if app.store.health() == store::Health::ReadOnly {
        return Ok(());
    }
    let (now, keep) = (app.clock.now(), app.settings.retention);
    let today = app.school().zone.date(now);
    if !app.store.read(move |tx| is_due(tx, today, keep)).await? {
        return Ok(());
    }
    while app.store.write_in(Lane::Blob, move |tx| messenger::purge_messages(tx, today, keep, STEP)).await? {
        if app.is_draining() {
            return Ok(());
        }
    }
    app.store.write(move |tx| messenger::finish_purge(tx, now)).await
}

/// Whether there is something to do; a base without a school has no chats either.
fn is_due(
    tx: &store::ReadTx<'_>,
    today: time::Date,
    keep: messenger::Retention,
) -> Result<bool, store::Error> {
    Ok(school::load_school(tx)?.is_some() && messenger::is_purge_due(tx, today, keep)?)
}

/// The round before anybody is let in. A base that came back from a copy does not open with what is past its time
/// (MSG-K5); on any other start the job tries again.
pub(crate) async fn before_opening(app: &App) -> Result<(), store::Error> {
    let done = round(app).await;
    match done {
        Err(error) if !app.store.read(messenger::is_new_file).await? => {
            tracing::warn!(%error, "messages past their time were not removed; tried again in an hour");
            Ok(())
        }
        done => done,
    }
}
