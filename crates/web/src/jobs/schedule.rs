//! Every few seconds: messages whose time has come are sent (MSG-F10).

use std::sync::Arc;
use std::time::Duration;

use store::Lane;

use crate::App;

const PAUSE: Duration = Duration::from_secs(2);

pub(super) async fn run(app: Arc<App>) {
    loop {
        round(&app).await;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// One round: all that is due, each in a transaction of its own. An idle round writes nothing.
pub(super) async fn round(app: &Arc<App>) {
    if app.store.health() == store::Health::ReadOnly {
        return;
    }
    let now = app.clock.now();
    let today = app.school().zone.date(now);
    let mut due: Result<bool, store::Error> =
        app.store.read(move |tx| messenger::is_schedule_due(tx, now)).await;
    while matches!(due, Ok(true)) && !app.is_draining() {
        due = app.store.write_in(Lane::Chat, move |tx| messenger::fire_due(tx, now, today)).await;
    }
    if let Err(error) = due {
        tracing::warn!(%error, "a message that is due was not sent and is tried again");
    }
}
