//! The return from the provider: the code is exchanged, then the link and the chats change together (LNK-L4).

use std::sync::Arc;

use identity::{Exchange, Provider, SCHOOL_CLIENT, VkSubject};
use linking::{Landed, Landing, Password, RefusedWhy, Returned};
use school::Viewer;
use store::{UtcInstant, WriteTx};
use time::Date;

use super::follow_link;
use crate::outgoing::{Grant, who_signed_in};
use crate::settings::VkId;
use crate::{App, Failure};

/// What a provider sends back with the browser.
#[derive(Clone, Debug)]
pub(crate) struct Callback {
    pub(crate) provider: Provider,
    pub(crate) state: String,
    pub(crate) code: String,
    pub(crate) device_id: String,
    pub(crate) redirect_uri: String,
}

/// Exchanges the code with no transaction open around it but its own (ARC-6): in process with the embedded provider,
/// over the network with the real one. The provider's answer is a value: a code that was refused ends the attempt.
///
/// # Errors
/// [`Failure`] when the return is none that is awaited (LNK-L1, O4); the code is then not touched.
pub(crate) async fn exchange(
    app: &Arc<App>,
    now: UtcInstant,
    viewer: Viewer,
    callback: &Callback,
) -> Result<Option<Returned>, Failure> {
    let (reader, state, provider) = (Arc::clone(app), callback.state.clone(), callback.provider);
    let verifier = app
        .store
        .read(move |tx| Ok::<_, Failure>(linking::expected(tx, now, &reader.key, &viewer, provider, &state)?))
        .await?;
    match &app.settings.vk_id {
        VkId::Service(service) => {
            let Callback { code, device_id, state, .. } = callback;
            let grant = Grant { code, device_id, state, verifier: &verifier };
            let signed_in = who_signed_in(&app.outgoing, service, &grant).await;
            if let Err(fault) = &signed_in {
                tracing::warn!(%fault, "VK ID named nobody");
            }
            Ok(signed_in.ok())
        }
        VkId::Embedded | VkId::Off => exchange_in_process(app, now, callback, verifier).await,
    }
}

async fn exchange_in_process(
    app: &Arc<App>,
    now: UtcInstant,
    callback: &Callback,
    verifier: String,
) -> Result<Option<Returned>, Failure> {
    let callback = callback.clone();
    let exchanged = app
        .store
        .write(move |tx| {
            let request = Exchange {
                client: SCHOOL_CLIENT,
                code: &callback.code,
                verifier: &verifier,
                redirect_uri: &callback.redirect_uri,
                device_id: &callback.device_id,
            };
            Ok::<_, Failure>(identity::exchange(tx, now, &request)?)
        })
        .await?;
    let returned = exchanged.ok().and_then(|exchanged| {
        let (subject, claims) = VkSubject::of_account(exchanged.account).zip(exchanged.claims)?;
        let path = claims.path.into();
        Some(Returned { subject, claims: claims.into(), path })
    });
    Ok(returned)
}

/// Takes a return, or notes that there was nobody, and lets the chats follow.
///
/// # Errors
/// [`Failure`] when the return is none that is awaited; nothing is then changed.
pub(crate) fn finish_link(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    app: &App,
    viewer: &Viewer,
    (provider, state): (Provider, &str),
    returned: Option<Returned>,
) -> Result<Option<Landed>, Failure> {
    let Some(returned) = returned else {
        linking::refuse(tx, now, &app.key, viewer, provider, state, RefusedWhy::Failed)?;
        return Ok(None);
    };
    let landing = Landing { state: state.to_owned(), returned, was_reviewed: provider == Provider::Embedded };
    let landed = linking::land(tx, now, &app.key, viewer, landing)?;
    follow_link(tx, now, today, landed.change)?;
    Ok(Some(landed))
}

/// Confirms a reviewed return, and lets the chats follow.
///
/// # Errors
/// [`Failure`] when nothing is being reviewed, or the password is missing or wrong.
pub(crate) fn confirm_link(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    today: Date,
    viewer: &Viewer,
    provider: Provider,
    password: Password,
) -> Result<Landed, Failure> {
    let landed = linking::confirm(tx, now, viewer, provider, password)?;
    follow_link(tx, now, today, landed.change)?;
    Ok(landed)
}
