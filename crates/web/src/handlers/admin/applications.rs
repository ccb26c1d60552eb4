//! «Приложения VK ID»: who else may ask people to sign in with the school's VK ID, and where they are sent back to
//! (O1, VK-40). Only where the embedded VK ID is on.

use askama::Template;
use identity::{Application, ClientFault, ClientId, ClientKind, NewApplication, ServiceKey};
use school::Administrator;
use serde::Deserialize;
use store::Act;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::settings::VkId;
use crate::views::{Flash, Frame, Page, moment};
use crate::words::{Words, say};

#[derive(Template)]
#[template(path = "admin/applications.html")]
struct ListPage {
    page: Page,
    applications: Vec<ApplicationView>,
}

#[derive(Template)]
#[template(path = "admin/application.html")]
struct CardPage {
    page: Page,
    application: ApplicationView,
}

#[derive(Template)]
#[template(path = "admin/application_new.html")]
struct NewPage {
    page: Page,
    form: Form,
    redirects_hint: String,
    origins_hint: String,
    error: String,
}

#[derive(Template)]
#[template(path = "admin/application_remove.html")]
struct RemovePage {
    page: Page,
    application: ApplicationView,
}

#[derive(Template)]
#[template(path = "admin/application_key.html")]
struct KeyPage {
    page: Page,
    heading: String,
    id: ClientId,
    key: String,
    /// VK-58: what the real service would refuse.
    note: String,
}

struct ApplicationView {
    id: ClientId,
    name: String,
    own: bool,
    redirects: Vec<String>,
    origins: Vec<String>,
    since: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Form {
    id: String,
    name: String,
    redirects: String,
    origins: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

const PATH: &str = "/admin/applications";

/// The pages exist with the embedded VK ID only.
fn with_provider(cx: &Cx) -> Result<(), Failure> {
    match cx.app.settings.vk_id {
        VkId::Embedded => Ok(()),
        VkId::Off | VkId::Service(_) => Err(Failure::NotFound),
    }
}

/// A frame whose tab is the one of links: applications ask for the same VK ID.
fn frame(cx: &Cx, title: String) -> Frame {
    Frame { path: "/admin/links".to_owned(), ..cx.frame(title) }
}

/// The registered applications, seen by an administrator, and a frame for their page.
async fn load(cx: &Cx, frame: Frame) -> Result<(Page, Vec<ApplicationView>), Failure> {
    with_provider(cx)?;
    let viewer = cx.signed_in()?.viewer;
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let view = move |found: Application| ApplicationView {
        id: found.client.id,
        name: found.client.name,
        own: found.client.kind == ClientKind::School,
        redirects: found.redirects,
        origins: found.origins,
        since: moment(zone.local(found.created), today),
    };
    cx.read(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        let found = identity::list_applications(tx)?;
        Ok((frame.page(tx)?, found.into_iter().map(view).collect()))
    })
    .await
}

/// One application that is not the school's own portal.
async fn load_foreign(cx: &Cx, title: String) -> Result<(Page, ApplicationView), Failure> {
    let id: ClientId = cx.request.param("client")?;
    let (page, applications) = load(cx, frame(cx, title)).await?;
    let found = applications.into_iter().find(|application| application.id == id && !application.own);
    Ok((page, found.ok_or(Failure::NotFound)?))
}

/// The list.
pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let (page, applications) = load(&cx, frame(&cx, say("applications-title"))).await?;
    cx.html(&ListPage { page, applications })
}

/// One application.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let (mut page, application) = load_foreign(&cx, String::new()).await?;
    page.title.clone_from(&application.name);
    cx.html(&CardPage { page, application })
}

/// The form of a new one, with a number that is free.
pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    with_provider(&cx)?;
    let id = cx.read(|tx| Ok(identity::free_number(tx)?)).await?;
    let shown = new_page(&cx, Form { id: id.to_string(), ..Form::default() }, String::new()).await?;
    cx.html(&shown)
}

async fn new_page(cx: &Cx, form: Form, error: String) -> Result<NewPage, Failure> {
    let (page, _) = load(cx, frame(cx, say("application-new-title"))).await?;
    let (redirects_hint, origins_hint) = (say("client-redirects-hint"), say("client-origins-hint"));
    Ok(NewPage { page, form, redirects_hint, origins_hint, error })
}

/// Lines of a field, without empty ones.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Registers an application and shows its service key, once.
pub(crate) async fn add(cx: Cx) -> Result<Response, Failure> {
    with_provider(&cx)?;
    let form: Form = cx.request.form()?;
    match register(&cx, &form).await {
        Ok(answer) => Ok(answer),
        Err(failure) if failure.gives_form_back() => {
            let shown = new_page(&cx, form, failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn register(cx: &Cx, form: &Form) -> Result<Response, Failure> {
    let id: ClientId = form.id.trim().parse().map_err(|_| Failure::BadNumber)?;
    let new = NewApplication {
        id,
        name: form.name.clone(),
        redirects: lines(&form.redirects),
        origins: lines(&form.origins),
    };
    let odd = new.redirects.iter().find(|address| !address.starts_with("https://")).cloned();
    let heading = Words::of("application-added").with("name", new.name.trim().to_owned()).say();
    let key = with_key(cx, id, "identity.client.add", move |tx, now, random| {
        identity::add_application(tx, now, random, &new)
    });
    let key = key.await?;
    let note = odd.map(|address| Words::of("application-odd").with("address", address).say());
    show_key(cx, id, heading, &key, note.unwrap_or_default())
}

/// Does what makes a service key, for an administrator, with its audit row.
async fn with_key(
    cx: &Cx,
    id: ClientId,
    action: &'static str,
    make: impl FnOnce(
        &mut store::WriteTx<'_>,
        store::UtcInstant,
        &store::Random,
    ) -> Result<ServiceKey, ClientFault>
    + Send
    + 'static,
) -> Result<ServiceKey, Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let random = cx.app.random.clone();
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        let key = make(tx, now, &random)?;
        Ok((key, Act::new(action, "client", id)))
    })
    .await
}

fn show_key(
    cx: &Cx,
    id: ClientId,
    heading: String,
    key: &ServiceKey,
    note: String,
) -> Result<Response, Failure> {
    let page = cx.bare_page(heading.clone());
    cx.html(&KeyPage { page, heading, id, key: key.shown().to_owned(), note })
}

/// Gives an application a new service key and shows it, once; the old one is refused from now on.
pub(crate) async fn rotate(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let (_, application) = load_foreign(&cx, String::new()).await?;
    let id = application.id;
    let key = with_key(&cx, id, "identity.client.rotate", move |tx, _, random| {
        identity::rotate_service_key(tx, random, id)
    });
    let key = key.await?;
    let heading = Words::of("application-rotated").with("name", application.name).say();
    show_key(&cx, id, heading, &key, String::new())
}

/// The question before removing.
pub(crate) async fn ask_remove(cx: Cx) -> Result<Response, Failure> {
    let (page, application) = load_foreign(&cx, say("application-remove-title")).await?;
    cx.html(&RemovePage { page, application })
}

/// Removes an application; all its tokens end.
pub(crate) async fn remove(cx: Cx) -> Result<Response, Failure> {
    with_provider(&cx)?;
    let Nothing {} = cx.request.form()?;
    let id: ClientId = cx.request.param("client")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        identity::remove_application(tx, now, id)?;
        Ok(((), Act::new("identity.client.remove", "client", id)))
    })
    .await?;
    Ok(cx.go(PATH, Some(Flash::good(say("application-removed"), say("application-removed-more")))))
}
