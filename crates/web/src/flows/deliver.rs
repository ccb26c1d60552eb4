//! Takes codes out of the outbox and hands them over, outside every write transaction (ARC-6, LNK-S6).

use std::sync::Arc;

use identity::{Channel, OtpCode, Outgoing};
use store::UtcInstant;

use crate::App;
use crate::screen::ScreenMessage;
use crate::settings::SmsChannel;
use crate::words::Words;

/// Messages of one round.
const ROUND: u32 = 100;

/// Hands over what is due. Called by the job, and by the form that has just asked for a code, so that nobody waits
/// for the job.
///
/// # Errors
/// [`store::Error`] by what the base said; what was not noted as handed over is handed over again.
pub async fn deliver(app: &Arc<App>, now: UtcInstant) -> Result<(), store::Error> {
    match app.settings.sms {
        // Codes wait until they are too old; the administrator's pages say that no channel is set.
        SmsChannel::None => return Ok(()),
        SmsChannel::Screen => {}
    }
    let _turn = app.screen.turn.lock().await;
    let reader = Arc::clone(app);
    let due = app.store.read(move |tx| identity::due_messages(tx, now, &reader.key, ROUND)).await?;
    if due.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = due.iter().map(|message| message.id).collect();
    for message in due {
        app.screen.show(shown(&message, now));
    }
    app.store.write(move |tx| ids.iter().try_for_each(|id| identity::note_delivered(tx, now, *id))).await
}

fn shown(message: &Outgoing, at: UtcInstant) -> ScreenMessage {
    let code = message.code.digits();
    let text = match message.channel {
        Channel::Sms => Words::of("sms-text").with("code", code.clone()).say(),
        Channel::Call => Words::of("sms-call").with("number", caller_number(&message.code)).say(),
    };
    ScreenMessage { phone: message.phone.clone(), text, code, at }
}

/// The number that seems to call: its six last digits are the code.
fn caller_number(code: &OtpCode) -> String {
    let digits = code.digits();
    let (head, tail) = digits.split_at(2);
    let (middle, tail) = tail.split_at(2);
    format!("+7\u{a0}900\u{a0}0{head}-{middle}-{tail}")
}
