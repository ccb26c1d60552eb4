//! Every few seconds: whether a chat has lost the one without whom nobody may write in it, so that its desk is told
//! (MSG-I19). That nobody writes there does not wait for this.

use std::sync::Arc;
use std::time::Duration;

use crate::App;

const PAUSE: Duration = Duration::from_secs(20);

pub(super) async fn run(app: Arc<App>) {
    loop {
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "chats without an observer were not looked for");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// One look; what stands still writes nothing.
pub(super) async fn round(app: &App) -> Result<(), store::Error> {
    if app.store.health() == store::Health::ReadOnly
        || !app.store.read(messenger::is_attendance_changed).await?
    {
        return Ok(());
    }
    let now = app.clock.now();
    let today = app.school().zone.date(now);
    app.store.write(move |tx| messenger::note_attendance(tx, now, today)).await
}
