//! Calls by the clock: those of lessons open and end by their bells, lines that nobody took up again end, and while
//! somebody is in a call it is noted that the server lives (CALL-F30, CALL-I8).

use std::sync::Arc;
use std::time::{Duration, Instant};

use calls::{Ground, Settled};
use store::UtcInstant;

use crate::App;
use crate::flows::{ground_of, lessons_due, open_lesson_calls, tell_of_call};

const PAUSE: Duration = Duration::from_secs(5);
/// How many rounds pass between two signs of life, and between two looks at rights that end by their date.
const ROUNDS: u32 = 4;

pub(super) async fn run(app: Arc<App>) {
    let started = app.clock.now();
    let mut rounds = 0;
    loop {
        if let Err(error) = round(&app, started).await {
            tracing::warn!(%error, "calls were not looked at by the clock");
        }
        rounds = (rounds + 1) % ROUNDS;
        if rounds == 0 {
            app.rooms.look_at_all();
            if let Err(error) = beat(&app).await {
                tracing::warn!(%error, "no sign of life was left for calls");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.drained() => return,
        }
    }
}

/// Whether a round has anything to do: a lesson's call to open, or a call that goes on.
fn is_due(tx: &store::ReadTx<'_>, zone: &school::Zone, now: UtcInstant) -> Result<bool, store::Error> {
    if !calls::live_calls(tx)?.is_empty() {
        return Ok(true);
    }
    for facts in lessons_due(tx, zone, now)? {
        if calls::find_lesson_call(tx, facts.lesson)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One round; `started` is since when the server is there to see who comes.
pub(super) async fn round(app: &Arc<App>, started: UtcInstant) -> Result<(), store::Error> {
    app.rooms.sweep(Instant::now());
    if !app.settings.calls.is_on() || app.store.health() == store::Health::ReadOnly {
        return Ok(());
    }
    let (now, zone) = (app.clock.now(), app.school().zone.clone());
    let asked = zone.clone();
    if !app.store.read(move |tx| is_due(tx, &asked, now)).await? {
        return Ok(());
    }
    let rooms = Arc::clone(&app.rooms);
    let settled = app
        .store
        .write(move |tx| {
            open_lesson_calls(tx, &zone, now)?;
            let mut settled = Vec::new();
            for call in calls::live_calls(tx)? {
                let ground = ground_of(tx, &zone, &call)?;
                let facts = match &ground {
                    Some(Ground::Lesson(facts)) => Some(facts),
                    Some(Ground::Chat) | None => None,
                };
                if let Some(change) =
                    calls::settle(tx, now, call.id, facts, rooms.absence_of(call.id, started))?
                {
                    tell_of_call(tx, now, call.place)?;
                    settled.push(change);
                }
            }
            Ok::<_, store::Error>(settled)
        })
        .await?;
    for settled in settled {
        match settled {
            Settled::Ended(call, why) => {
                tracing::info!(why = why.word(), "a call is over");
                app.rooms.look_again(call);
            }
            Settled::Waits(call) => app.rooms.look_again(call),
        }
    }
    Ok(())
}

async fn beat(app: &Arc<App>) -> Result<(), store::Error> {
    let viewers = app.rooms.viewers_in();
    if app.store.health() == store::Health::ReadOnly || viewers.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            for viewer in &viewers {
                // Whoever is in a call is there, though their browser asks for no page (A13).
                school::touch_session(tx, now, viewer)?;
            }
            calls::beat(tx, now).map(drop)
        })
        .await
}
