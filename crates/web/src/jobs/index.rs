//! Every second: messages that were taken since the last look are put into the index of the search (MSG-I16). The
//! acknowledgement does not wait for it; until then a search looks the new ones through itself.

use std::sync::Arc;
use std::time::Duration;

use store::Lane;

use crate::App;

const PAUSE: Duration = Duration::from_secs(1);
/// Messages of one write: a few milliseconds of the writer, which messages wait behind.
const STEP: u32 = 64;

pub(super) async fn run(app: Arc<App>) {
    loop {
        round(&app).await;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// One round: all that waits, step by step, unless the server drains. An idle round writes nothing.
pub(super) async fn round(app: &Arc<App>) {
    if app.store.health() == store::Health::ReadOnly {
        return;
    }
    let mut due: Result<bool, store::Error> = app.store.read(messenger::is_index_behind).await;
    while matches!(due, Ok(true)) && !app.is_draining() {
        due = app
            .store
            .write_in(Lane::Blob, |tx| messenger::index_more(tx, STEP).map(|indexed| indexed.more))
            .await;
    }
    if let Err(error) = due {
        tracing::warn!(%error, "messages were not put into the index of the search and are tried again");
    }
}
