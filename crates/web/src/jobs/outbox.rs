//! Every few seconds: messages that wait are handed over, codes whose time is over are erased (A1), and attempts whose
//! time is over are written down.

use std::sync::Arc;
use std::time::Duration;

use crate::{App, flows};

const PAUSE: Duration = Duration::from_secs(5);

pub(super) async fn run(app: Arc<App>) {
    loop {
        round(&app).await;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// One round; what fails is tried again in the next.
pub(super) async fn round(app: &Arc<App>) {
    let now = app.clock.now();
    if let Err(error) = flows::deliver_due(app, now).await {
        tracing::warn!(%error, "messages were not handed over and are tried again");
    }
    let due: Result<_, store::Error> = app
        .store
        .read(move |tx| Ok((identity::has_expired_messages(tx, now)?, linking::has_overdue(tx, now)?)))
        .await;
    // An idle round writes nothing.
    let (codes, attempts) = due.unwrap_or_default();
    if codes {
        let erased: Result<usize, store::Error> =
            app.store.write(move |tx| identity::expire_messages(tx, now)).await;
        if let Err(error) = erased {
            tracing::warn!(%error, "codes whose time is over were not erased");
        }
    }
    if attempts {
        let expired: Result<usize, store::Error> = app.store.write(move |tx| linking::expire(tx, now)).await;
        if let Err(error) = expired {
            tracing::warn!(%error, "attempts whose time is over were not written down");
        }
    }
}
