//! Who is signed in, and ending it.

use askama::Template;
use school::{Administrator, PersonId, PortalSessionId};
use store::Act;

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::profile::device_name;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "admin/sessions.html")]
struct SessionsPage {
    page: Page,
    sessions: Vec<SessionView>,
}

struct SessionView {
    id: PortalSessionId,
    person: PersonId,
    name: String,
    device: String,
    address: String,
    began: String,
    seen: String,
    own: bool,
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("sessions-title"));
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            let sessions = school::list_sessions(tx, now, None)?;
            let people: Vec<PersonId> = sessions.iter().map(|session| session.person).collect();
            let names = school::names_of(tx, &people)?;
            let sessions = sessions
                .into_iter()
                .map(|session| SessionView {
                    id: session.id,
                    person: session.person,
                    name: names.get(&session.person).map(school::PersonName::full).unwrap_or_default(),
                    device: device_name(&session.device.name),
                    address: session.device.address,
                    began: moment(zone.local(session.created), today),
                    seen: moment(zone.local(session.seen), today),
                    own: session.id == viewer.session(),
                })
                .collect();
            Ok(SessionsPage { page: frame.page(tx)?, sessions })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn end(cx: Cx) -> Result<Response, Failure> {
    let session: PortalSessionId = cx.request.param("session")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let owner = cx.write(move |tx| {
        let by = Administrator::ask(tx, &viewer, today)?;
        let owner = school::end_session(tx, now, &by, session)?;
        let act = Act::new("school.session.end", "session", session);
        Ok((owner, act.change(Some(format!("person:{owner}")), None)))
    });
    // Back to where it was ended: the card of the person, or the list of everybody.
    let card = format!("/admin/people/{}", owner.await?);
    let from_card = cx.request.referer().as_deref() == Some(&*card);
    let back = if from_card { card.as_str() } else { "/admin/sessions" };
    Ok(cx.go(back, Some(Flash::good(say("session-ended"), String::new()))))
}
