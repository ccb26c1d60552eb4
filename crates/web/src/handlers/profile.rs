//! «Профиль и устройства»: what others see, the password, the devices one is signed in on.

use askama::Template;
use school::{EndWhy, PortalSessionId};
use serde::Deserialize;
use store::Act;

use crate::access::Sferum;
use crate::cx::Cx;
use crate::handlers::link::owner::{OwnLink, own_link};
use crate::own_password::OwnPassword;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, count, say};
use crate::{Failure, handlers};

#[derive(Template)]
#[template(path = "portal/profile.html")]
struct ProfilePage {
    page: Page,
    full_name: String,
    line: String,
    login: String,
    error: Option<String>,
    devices: Vec<DeviceView>,
    link: Option<OwnLink>,
    /// Whether «Сферум» is open, with pages of one's own.
    chats: bool,
}

/// One session of one's own.
pub(crate) struct DeviceView {
    pub(crate) id: PortalSessionId,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) began: String,
    pub(crate) seen: String,
    pub(crate) remember: bool,
    pub(crate) present: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordForm {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, None).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, error: Option<String>) -> Result<ProfilePage, Failure> {
    let who = cx.signed_in()?.clone();
    let frame = cx.frame(say("profile-title"));
    let chosen = cx.app.settings.vk_id.provider();
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    cx.read(move |tx| {
        let page = frame.page(tx)?;
        let login = school::login_of(tx, who.person())?;
        let devices = school::list_sessions(tx, now, Some(who.person()))?
            .into_iter()
            .map(|session| DeviceView {
                id: session.id,
                name: device_name(&session.device.name),
                address: session.device.address,
                began: moment(zone.local(session.created), today),
                seen: moment(zone.local(session.seen), today),
                remember: session.remember,
                present: session.id == who.viewer.session(),
            })
            .collect();
        let line = page.person.as_ref().map(|person| person.line.clone()).unwrap_or_default();
        let link = own_link(tx, now, &who, &zone, today, chosen)?;
        let chats = who.sferum == Sferum::Open;
        Ok(ProfilePage { page, full_name: who.name.full(), line, login, error, devices, link, chats })
    })
    .await
}

/// What a browser calls itself, in words: «Firefox, Windows».
pub(crate) fn device_name(agent: &str) -> String {
    let browsers = [
        ("YaBrowser", "Яндекс Браузер"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => say("device-unknown"),
    }
}

pub(crate) async fn set_password(cx: Cx) -> Result<Response, Failure> {
    let form: PasswordForm = cx.request.form()?;
    match change_password(&cx, &form).await {
        Ok(()) => {
            let flash = Flash::good(say("profile-password-set"), say("profile-password-others"));
            Ok(cx.go("/profile", Some(flash)))
        }
        Err(failure) if failure.gives_form_back() => {
            let shown = page(&cx, Some(failure.sentence())).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn change_password(cx: &Cx, form: &PasswordForm) -> Result<(), Failure> {
    let who = cx.signed_in()?;
    let (now, person, session) = (cx.now, who.person(), who.viewer.session());
    let old = OwnPassword::compare(cx, form.old.clone()).await?.ok_or(Failure::WrongPassword)?;
    if form.password != form.again {
        return Err(Failure::PasswordsDiffer);
    }
    handlers::slip::check_password(who.roles, Some(&who.name), &old.account.login, &form.password)?;
    let hash = cx.app.hasher.hash(form.password.clone(), &cx.app.random).await?;
    cx.write(move |tx| {
        old.recheck(tx, now)?;
        school::set_password(tx, now, old.account.id, &hash)?;
        school::end_all_sessions(tx, now, person, Some(session), EndWhy::PasswordSet)?;
        Ok(((), Act::new("school.password.set", "person", person)))
    })
    .await
}

pub(crate) async fn end_session(cx: Cx) -> Result<Response, Failure> {
    let session: PortalSessionId = cx.request.param("session")?;
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    cx.write(move |tx| {
        school::end_own_session(tx, now, &viewer, session)?;
        Ok(((), Act::new("school.session.end", "session", session)))
    })
    .await?;
    Ok(cx.go("/profile", Some(Flash::good(say("session-ended"), String::new()))))
}

pub(crate) async fn end_others(cx: Cx) -> Result<Response, Failure> {
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    let ended = cx
        .write(move |tx| {
            let ended =
                school::end_all_sessions(tx, now, viewer.person(), Some(viewer.session()), EndWhy::Owner)?;
            Ok((ended, Act::new("school.session.end_others", "person", viewer.person())))
        })
        .await?;
    Ok(cx.go(
        "/profile",
        Some(Flash::good(count("sessions-ended", ended), Words::of("sessions-ended-here").say())),
    ))
}
