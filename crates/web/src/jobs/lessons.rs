//! Lessons are made ahead from the timetable, so that reads never write: at start and at each local midnight (ARC-16).

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
                Err(error) => tracing::warn!(%error, "lessons were not made from the timetable"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.drained() => return,
        }
    }
}

async fn tick(app: &App, now: UtcInstant, today: Date) -> Result<(), store::Error> {
    let made = app
        .store
        .write(move |tx| {
            let made = diary::ensure_all_lessons(tx, now, today)?;
            crate::flows::follow_lessons(tx, now, today)?;
            if made != diary::LessonsMade::default() {
                messenger::touch_recent_cards(tx, now)?;
            }
            Ok::<_, store::Error>(made)
        })
        .await?;
    if made != diary::LessonsMade::default() {
        tracing::info!(
            added = made.added,
            changed = made.changed,
            removed = made.removed,
            undecided = made.undecided,
            "lessons follow the timetable"
        );
    }
    Ok(())
}
