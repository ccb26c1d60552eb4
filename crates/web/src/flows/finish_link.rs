//! The return from the provider: the code is exchanged, then the link and the chats change together (LNK-L4).

use std::sync::Arc;

use identity::{Exchange, Provider, SCHOOL_CLIENT, VkSubject};
use linking::{Landed, Landing, Password, RefusedWhy, Returned};
use school::Viewer;
use store::{UtcInstant, WriteTx};
use time::Date;

use super::follow_link;
use crate::{App, Failure};

/// What a provider sends back with the browser.
#[derive(Clone, Debug)]
pub(crate) struct Callback {
    pub(crate) state: String,
    pub(crate) code: String,
    pub(crate) device_id: String,
    pub(crate) redirect_uri: String,
}

/// Exchanges the code in process, with no transaction open around it but its own (ARC-6). The provider's answer is a
/// value: a code that was refused ends the attempt.
///
/// # Errors
/// [`Failure`] when the return is none that is awaited (LNK-L1, O4); the code is then not touched.
pub(crate) async fn exchange(
    app: &Arc<App>,
    now: UtcInstant,
    viewer: Viewer,
    callback: &Callback,
) -> Result<Option<Returned>, Failure> {
    let (reader, state) = (Arc::clone(app), callback.state.clone());
    let verifier = app
        .store
        .read(move |tx| {
            Ok::<_, Failure>(linking::expected(tx, now, &reader.key, &viewer, Provider::Embedded, &state)?)
        })
        .await?;
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
    state: &str,
    returned: Option<Returned>,
) -> Result<Option<Landed>, Failure> {
    let Some(returned) = returned else {
        linking::refuse(tx, now, &app.key, viewer, Provider::Embedded, state, RefusedWhy::Failed)?;
        return Ok(None);
    };
    let landing = Landing { state: state.to_owned(), returned, was_reviewed: true };
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
    password: Password,
) -> Result<Landed, Failure> {
    let landed = linking::confirm(tx, now, viewer, Provider::Embedded, password)?;
    follow_link(tx, now, today, landed.change)?;
    Ok(landed)
}
