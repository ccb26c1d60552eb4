//! Calling people through push services: the key, one call, and what is noted of it (MSG-F19). The network is spoken to
//! with no transaction open (ARC-6); who may be called is asked just before (MSG-I7).

use std::sync::Arc;

use messenger::{PushCall, PushKind, PushStep};
use school::{PushId, Subscription};
use serde_json::json;
use store::VapidKey;

use crate::App;
use crate::outgoing::{Letter, PushOutcome};
use crate::words::{Words, say};

const SECRET: &str = "web push key";

/// The key that names the school to push services, when there is one that this server opens.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) async fn push_key(app: &Arc<App>) -> Result<Option<Arc<VapidKey>>, store::Error> {
    let reader = Arc::clone(app);
    app.store
        .read(move |tx| {
            let sealed = tx.find_secret(SECRET)?;
            let plain = sealed.and_then(|sealed| reader.key.open(SECRET, &sealed));
            Ok::<_, store::Error>(plain.and_then(|plain| VapidKey::from_bytes(&plain)).map(Arc::new))
        })
        .await
}

/// The key, made now when there is none. Subscriptions made with another one are of no use any more and go.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) async fn ensure_push_key(app: &Arc<App>) -> Result<Arc<VapidKey>, store::Error> {
    if let Some(key) = push_key(app).await? {
        return Ok(key);
    }
    let unreadable = || store::Error::Unreadable { what: "key of pushes" };
    let key = VapidKey::make().ok_or_else(unreadable)?;
    let bytes = key.bytes().ok_or_else(unreadable)?;
    let (now, sealed) = (app.clock.now(), app.key.seal(&app.random, SECRET, &bytes));
    app.store
        .write(move |tx| {
            school::drop_all_pushes(tx)?;
            tx.keep_secret(now, SECRET, &sealed)
        })
        .await?;
    Ok(Arc::new(key))
}

/// What the device is told: who calls, and the number. It is the declarative form that Safari shows by itself; the
/// service worker of the others reads the same. Nothing of what was said (MSG-K7, MSG-I25).
pub(crate) fn payload(call: &PushCall) -> Vec<u8> {
    let title = match (&call.kind, &call.chat) {
        (PushKind::Message, Some((_, Some(class)))) => {
            Words::of("push-message-of").with("class", class.clone()).say()
        }
        (PushKind::Message, _) => say("push-message"),
        (PushKind::Badge, _) => say("push-read"),
        (PushKind::Test, _) => say("push-test"),
    };
    let navigate = match (&call.kind, &call.chat) {
        (PushKind::Message, Some((chat, _))) => format!("/sferum/{chat}"),
        (PushKind::Message | PushKind::Badge, _) => "/sferum".to_owned(),
        (PushKind::Test, _) => "/profile/push".to_owned(),
    };
    let told = json!({
        "web_push": 8030,
        "notification": {
            "title": title,
            "lang": "ru",
            "navigate": navigate,
            "tag": "zvonok",
            "silent": call.kind == PushKind::Badge,
            "app_badge": call.badge.to_string(),
        },
    });
    told.to_string().into_bytes()
}

/// One call that is due: asks, sends, notes.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) async fn call(app: &Arc<App>, key: &VapidKey, push: PushId) -> Result<(), store::Error> {
    let now = app.clock.now();
    let today = app.school().zone.date(now);
    let prepared = app
        .store
        .read(move |tx| {
            let Some(found) = school::find_push(tx, now, push)? else { return Ok(None) };
            let step = messenger::prepare_call(tx, now, &found.viewer, push, today)?;
            Ok::<_, store::Error>(Some((found, step)))
        })
        .await?;
    match prepared {
        // The session is over, and with it the subscription.
        None => app.store.write(move |tx| school::drop_push(tx, push)).await,
        Some((_, PushStep::Drop)) => app.store.write(move |tx| messenger::drop_call(tx, push)).await,
        Some((_, PushStep::Later(due))) => app.store.write(move |tx| messenger::put_off(tx, push, due)).await,
        Some((found, PushStep::Send(call))) => send(app, key, found, call).await,
    }
}

async fn send(
    app: &Arc<App>,
    key: &VapidKey,
    found: Subscription,
    call: PushCall,
) -> Result<(), store::Error> {
    let settings = &app.settings.push;
    let contact = settings.contact_of(&app.settings.hosts);
    let letter = Letter {
        key,
        contact: &contact,
        now: app.clock.now(),
        random: &app.random,
        endpoint: &found.endpoint,
        recipient: &found.recipient,
        payload: &payload(&call),
    };
    let outcome = app.outgoing.push(&settings.hosts, letter).await;
    let (now, push) = (app.clock.now(), found.id);
    match outcome {
        Ok(PushOutcome::Taken) => app.store.write(move |tx| messenger::note_called(tx, push, &call)).await,
        Ok(PushOutcome::Gone) => app.store.write(move |tx| school::drop_push(tx, push)).await,
        Ok(PushOutcome::Refused(status)) => {
            tracing::warn!(status, "a push service refuses a call");
            app.store.write(move |tx| messenger::drop_call(tx, push)).await
        }
        Ok(PushOutcome::Again(asked)) => {
            app.store.write(move |tx| messenger::note_missed(tx, now, push, call.tries, asked)).await
        }
        Err(fault) => {
            tracing::warn!(%fault, "a push service gave no answer");
            app.store.write(move |tx| messenger::note_missed(tx, now, push, call.tries, None)).await
        }
    }
}
