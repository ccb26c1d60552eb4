//! Every few seconds: messages that wait are handed over, and attempts whose time is over are written down.

use std::sync::Arc;
use std::time::Duration;

use crate::{App, flows};

const PAUSE: Duration = Duration::from_secs(5);

pub(super) async fn run(app: Arc<App>) {
    loop {
        let now = app.clock.now();
        if let Err(error) = flows::deliver(&app, now).await {
            tracing::warn!(%error, "messages were not handed over and are tried again");
        }
        let overdue: Result<bool, store::Error> =
            app.store.read(move |tx| linking::has_overdue(tx, now)).await;
        if overdue.unwrap_or(false) {
            let expired: Result<usize, store::Error> =
                app.store.write(move |tx| linking::expire(tx, now)).await;
            if let Err(error) = expired {
                tracing::warn!(%error, "attempts whose time is over were not written down");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}
