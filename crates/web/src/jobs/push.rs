//! Every second, while the school calls people through push services: whom new messages call, and the calls that are due.

use std::sync::Arc;
use std::time::Duration;

use store::Lane;
use tokio::task::JoinSet;

use crate::{App, flows};

const PAUSE: Duration = Duration::from_secs(1);
/// Messages of one look.
const STEP: u32 = 16;
/// Calls of one round; what is more waits for the next.
const ROUND: u32 = 64;
/// Calls on their way at the same time.
const AT_ONCE: usize = 8;

/// Every so many rounds devices are looked for whose number was read elsewhere: counting for each of them costs more
/// than all the rest.
const BADGES: u32 = 10;

pub(super) async fn run(app: Arc<App>) {
    for n in (0..BADGES).cycle() {
        if let Err(error) = round(&app, n == 0).await {
            tracing::warn!(%error, "people were not called and are in the next round");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// One round. An idle one writes nothing.
pub(super) async fn round(app: &Arc<App>, badges: bool) -> Result<(), store::Error> {
    if app.store.health() == store::Health::ReadOnly || !app.store.read(messenger::is_push_on).await? {
        return Ok(());
    }
    let now = app.clock.now();
    let today = app.school().zone.date(now);
    while app.store.read(messenger::has_calls).await? && !app.is_draining() {
        // Away from those who serve pages: of an announcement to the whole school this takes a while.
        for calls in app.store.read_aside(move |tx| messenger::find_calls(tx, now, today, STEP)).await? {
            app.store.write_in(Lane::Marks, move |tx| messenger::note_calls(tx, &calls)).await?;
        }
    }
    let stale = if badges {
        app.store.read(move |tx| messenger::stale_badges(tx, now, today)).await?
    } else {
        Vec::new()
    };
    if !stale.is_empty() {
        app.store
            .write(move |tx| {
                for push in stale {
                    messenger::queue_badge(tx, now, push)?;
                }
                Ok::<_, store::Error>(())
            })
            .await?;
    }
    let key = flows::ensure_push_key(app).await?;
    let due = app.store.read(move |tx| messenger::due_calls(tx, now, ROUND)).await?;
    let mut calls = JoinSet::new();
    for push in due {
        if calls.len() >= AT_ONCE {
            ended(calls.join_next().await)?;
        }
        let (app, key) = (Arc::clone(app), Arc::clone(&key));
        calls.spawn(async move { flows::call(&app, &key, push).await });
    }
    while let Some(done) = calls.join_next().await {
        ended(Some(done))?;
    }
    Ok(())
}

fn ended(done: Option<Result<Result<(), store::Error>, tokio::task::JoinError>>) -> Result<(), store::Error> {
    match done {
        Some(Ok(outcome)) => outcome,
        Some(Err(error)) => {
            tracing::error!(%error, "a call ended before its time");
            Ok(())
        }
        None => Ok(()),
    }
}
