//! Chats follow what changes in the roster by its date: at start and at each local midnight (ARC-16).

use std::sync::Arc;
use std::time::Duration;

use store::UtcInstant;
use time::Date;

use crate::App;

/// How often the date is looked at; a shifted clock or one set by hand is noticed within this time.
const LOOK: Duration = Duration::from_secs(20);

pub(super) async fn run(app: Arc<App>) {
    let mut done: Option<Date> = None;
    loop {
        let now = app.clock.now();
        let today = app.school().zone.date(now);
        if done != Some(today) {
            match tick(&app, now, today).await {
                Ok(()) => done = Some(today),
                Err(error) => tracing::warn!(%error, "chats did not follow the roster of the day"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.drained() => return,
        }
    }
}

async fn tick(app: &App, now: UtcInstant, today: Date) -> Result<(), store::Error> {
    let (require_link, quiet) = (app.settings.require_link, app.settings.quiet_hours);
    app.store
        .write(move |tx| {
            // The setting of this start first: it decides who may be in a chat at all (MSG-E30).
            messenger::require_link(tx, now, today, require_link)?;
            messenger::set_school_quiet(tx, quiet)?;
            messenger::roster_tick(tx, now, today)?;
            crate::flows::follow_substitutes(tx, now, today)
        })
        .await
}
