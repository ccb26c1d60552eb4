//! Once an hour: phones of accounts that were deleted thirty days ago may make new ones (LNK-S8).

use std::sync::Arc;
use std::time::Duration;

use crate::App;

const PAUSE: Duration = Duration::from_secs(3600);

pub(super) async fn run(app: Arc<App>) {
    loop {
        round(&app).await;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// One round; what fails is tried again in the next. A round without work writes nothing.
pub(super) async fn round(app: &App) {
    let now = app.clock.now();
    let due: Result<bool, store::Error> =
        app.store.read(move |tx| identity::has_phones_to_free(tx, now)).await;
    if !due.unwrap_or_default() {
        return;
    }
    let freed: Result<usize, store::Error> = app.store.write(move |tx| identity::free_phones(tx, now)).await;
    if let Err(error) = freed {
        tracing::warn!(%error, "phones of deleted accounts were not freed");
    }
}
