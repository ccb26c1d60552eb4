//! Notifications on devices: one's own (MSG-F19), and whether the school has them at all.

use askama::Template;
use http::StatusCode;
use messenger::{PushOffice, is_push_on, queue_test, switch_push};
use school::{Denied, PushId, own_pushes, renew_push, subscribe, unsubscribe};
use serde::Deserialize;
use store::{Lane, Recipient};

use super::profile::device_name;
use crate::cx::Cx;
use crate::outgoing::PushFault;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::say;
use crate::{Failure, assets, flows};

const OWN: &str = "/profile/push";
const SCHOOL: &str = "/notifications";

#[derive(Template)]
#[template(path = "portal/push.html")]
struct OwnPage {
    page: Page,
    on: bool,
    /// Whether the viewer decides for the school.
    decides: bool,
    /// The school's key, for the browser.
    key: String,
    devices: Vec<DeviceView>,
    /// Whether the browser of this session is among them.
    here: bool,
}

struct DeviceView {
    id: PushId,
    name: String,
    since: String,
    present: bool,
}

#[derive(Template)]
#[template(path = "portal/notifications.html")]
struct SchoolPage {
    page: Page,
    on: bool,
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubscribeForm {
    endpoint: String,
    p256dh: String,
    auth: String,
}

/// What the worker says when the browser has changed its subscription by itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Renewal {
    old: String,
    endpoint: String,
    p256dh: String,
    auth: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SwitchForm {
    on: bool,
    #[serde(default)]
    read: bool,
}

/// The worker that shows notifications; it keeps nothing of any page.
pub(crate) async fn worker(cx: Cx) -> Result<Response, Failure> {
    assets::serve("sw.js", false, cx.request.headers()).ok_or(Failure::NotFound)
}

pub(crate) async fn own(cx: Cx) -> Result<Response, Failure> {
    let (viewer, today, zone) = (cx.signed_in()?.viewer, cx.today(), cx.app.school().zone.clone());
    let key = flows::push_key(&cx.app).await?.map(|key| key.public()).unwrap_or_default();
    let frame = cx.frame(say("push-title"));
    let shown = cx
        .read(move |tx| {
            let devices: Vec<DeviceView> = own_pushes(tx, &viewer)?
                .into_iter()
                .map(|push| DeviceView {
                    id: push.id,
                    name: device_name(&push.device),
                    since: moment(zone.local(push.at), today),
                    present: push.present,
                })
                .collect();
            let decides = match PushOffice::ask(tx, &viewer, today) {
                Ok(_) => true,
                Err(Denied::Denied) => false,
                Err(Denied::Store(error)) => return Err(error.into()),
            };
            Ok(OwnPage {
                page: frame.page(tx)?,
                on: is_push_on(tx)?,
                decides,
                key,
                here: devices.iter().any(|device| device.present),
                devices,
            })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn add(cx: Cx) -> Result<Response, Failure> {
    let form: SubscribeForm = cx.request.form()?;
    if !cx.app.outgoing.may_push_to(&cx.app.settings.push.hosts, &form.endpoint) {
        return Err(Failure::Push(PushFault::Service));
    }
    let recipient = Recipient::parse(&form.p256dh, &form.auth).ok_or(Failure::BadForm)?;
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    cx.record(Lane::Chat, move |tx| {
        if !is_push_on(tx)? {
            return Err(Failure::Push(PushFault::Off));
        }
        subscribe(tx, now, &viewer, &form.endpoint, &recipient)?;
        Ok(())
    })
    .await?;
    Ok(cx.go(OWN, Some(Flash::good(say("push-added"), String::new()))))
}

/// A subscription that the browser has changed goes on under its new address (MSG-E34); only the session's own.
pub(crate) async fn renew(cx: Cx) -> Result<Response, Failure> {
    let said: Renewal = cx.request.json()?;
    if !cx.app.outgoing.may_push_to(&cx.app.settings.push.hosts, &said.endpoint) {
        return Err(Failure::Push(PushFault::Service));
    }
    let recipient = Recipient::parse(&said.p256dh, &said.auth).ok_or(Failure::BadForm)?;
    let viewer = cx.signed_in()?.viewer;
    cx.record(Lane::Chat, move |tx| Ok(renew_push(tx, &viewer, &said.old, &said.endpoint, &recipient)?))
        .await?;
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

pub(crate) async fn remove(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let push: PushId = cx.request.param("push")?;
    let viewer = cx.signed_in()?.viewer;
    cx.record(Lane::Chat, move |tx| {
        unsubscribe(tx, &viewer, push)?;
        Ok(())
    })
    .await?;
    Ok(cx.go(OWN, Some(Flash::good(say("push-removed"), String::new()))))
}

pub(crate) async fn test(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let push: PushId = cx.request.param("push")?;
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    cx.record(Lane::Chat, move |tx| {
        if !is_push_on(tx)? {
            return Err(Failure::Push(PushFault::Off));
        }
        queue_test(tx, now, &viewer, push)?;
        Ok(())
    })
    .await?;
    Ok(cx.go(OWN, Some(Flash::good(say("push-tested"), say("push-tested-more")))))
}

pub(crate) async fn school(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, String::new()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, error: String) -> Result<SchoolPage, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("notifications-title"));
    cx.read(move |tx| {
        PushOffice::ask(tx, &viewer, today)?;
        Ok(SchoolPage { page: frame.page(tx)?, on: is_push_on(tx)?, error })
    })
    .await
}

pub(crate) async fn switch(cx: Cx) -> Result<Response, Failure> {
    let form: SwitchForm = cx.request.form()?;
    // Whoever switches it on says that they have read by whom it is carried.
    if form.on && !form.read {
        let shown = page(&cx, say("notifications-unread")).await?;
        return cx.refused(&Failure::Push(PushFault::Unread), &shown);
    }
    if form.on {
        flows::ensure_push_key(&cx.app).await?;
    }
    let (viewer, today, on) = (cx.signed_in()?.viewer, cx.today(), form.on);
    cx.write_if_due(move |tx| {
        let by = PushOffice::ask(tx, &viewer, today)?;
        Ok(((), switch_push(tx, &by, on)?))
    })
    .await?;
    let said = if on { say("notifications-on") } else { say("notifications-off") };
    Ok(cx.go(SCHOOL, Some(Flash::good(said, String::new()))))
}
