//! Takes codes out of the outbox and hands them over, outside every write transaction (ARC-6, LNK-S6).

use std::sync::Arc;

use identity::SmsId;
use store::UtcInstant;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::App;
use crate::gateway::{Turn, Turns, hand_over};
use crate::settings::SmsChannel;

/// Messages of one round.
const ROUND: u32 = 100;
/// Messages that are on their way at the same time.
const AT_ONCE: usize = 4;

/// What is on its way: a message is tried by one delivery at a time.
pub(crate) struct Outbox {
    turns: Turns<SmsId>,
    seats: Semaphore,
}

impl Default for Outbox {
    fn default() -> Self {
        Self { turns: Turns::default(), seats: Semaphore::new(AT_ONCE) }
    }
}

/// Hands over what is due, for the form that has just asked for a code, so that nobody waits for the job. A slow
/// service does not hold the form up for long: the delivery goes on without it.
///
/// # Errors
/// [`store::Error`] by what the base said; what was not noted as handed over is handed over again.
pub async fn deliver(app: &Arc<App>, now: UtcInstant) -> Result<(), store::Error> {
    timeout(app.settings.outside.patience.form, deliver_due(app, now)).await.unwrap_or(Ok(()))
}

/// Hands over what is due, and waits for the end of it.
///
/// # Errors
/// As [`deliver`].
pub async fn deliver_due(app: &Arc<App>, now: UtcInstant) -> Result<(), store::Error> {
    if !app.settings.sms.sends() {
        return Ok(());
    }
    let reader = Arc::clone(app);
    let due = app.store.read(move |tx| identity::due_messages(tx, now, &reader.key, ROUND)).await?;
    let claimed: Vec<_> = due.into_iter().filter_map(|message| claim(app, message.id)).collect();
    // What stays on this machine keeps its order; one slow answer of a service does not hold up the others.
    let goes_in_order = !matches!(app.settings.sms, SmsChannel::Http(_));
    let tasks: Vec<_> = if goes_in_order {
        vec![tokio::spawn(hand_over_all(Arc::clone(app), claimed))]
    } else {
        claimed.into_iter().map(|one| tokio::spawn(hand_over_all(Arc::clone(app), vec![one]))).collect()
    };
    for task in tasks {
        match task.await {
            Ok(outcome) => outcome?,
            Err(error) => tracing::error!(%error, "a delivery ended before its time"),
        }
    }
    Ok(())
}

type Claimed = (SmsId, Turn<SmsId>);

fn claim(app: &App, id: SmsId) -> Option<Claimed> {
    app.outbox.turns.claim(id).map(|turn| (id, turn))
}

async fn hand_over_all(app: Arc<App>, claimed: Vec<Claimed>) -> Result<(), store::Error> {
    for (id, turn) in claimed {
        try_once(&app, id).await?;
        drop(turn);
    }
    Ok(())
}

/// One try of one message; its outcome is on the disk before anybody else may try it.
async fn try_once(app: &Arc<App>, id: SmsId) -> Result<(), store::Error> {
    // Never closed.
    let _seat = app.outbox.seats.acquire().await;
    let (reader, now) = (Arc::clone(app), app.clock.now());
    let message = app.store.read(move |tx| identity::find_due_message(tx, now, &reader.key, id)).await?;
    let Some(message) = message else { return Ok(()) };
    let outcome = hand_over(app, &message, now).await;
    if let Err(fault) = outcome {
        tracing::warn!(%fault, "a message was not handed over");
    }
    let now = app.clock.now();
    app.store
        .write(move |tx| match outcome {
            Ok(()) => identity::note_delivered(tx, now, id),
            Err(fault) => identity::note_failed(tx, now, id, &fault.word()),
        })
        .await
}
