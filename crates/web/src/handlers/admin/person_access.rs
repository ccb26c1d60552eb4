//! Where a person is signed in: the portal, and the embedded VK ID of their link with the applications that hold its
//! tokens. An administrator ends any of it (A15).

use identity::{ChainId, Provider, VkAccountId, VkSessionId};
use school::{Administrator, PersonId, PortalSessionId, Zone};
use store::{Act, ReadTx, UtcInstant};
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::profile::device_name;
use crate::response::Response;
use crate::views::{Flash, moment};
use crate::words::say;

/// All of it, for the person's card.
#[derive(Default)]
pub(crate) struct AccessView {
    pub(crate) portal: Vec<PortalView>,
    /// Whether the person is linked with an account of the embedded VK ID.
    pub(crate) linked: bool,
    pub(crate) vk_id: Vec<SessionView>,
    pub(crate) tokens: Vec<TokensView>,
}

pub(crate) struct PortalView {
    pub(crate) id: PortalSessionId,
    pub(crate) device: String,
    pub(crate) address: String,
    pub(crate) began: String,
    pub(crate) seen: String,
    pub(crate) own: bool,
}

pub(crate) struct SessionView {
    pub(crate) id: VkSessionId,
    pub(crate) device: String,
    pub(crate) address: String,
    pub(crate) began: String,
    pub(crate) seen: String,
}

pub(crate) struct TokensView {
    pub(crate) id: ChainId,
    pub(crate) application: String,
    pub(crate) began: String,
    pub(crate) seen: String,
}

/// The account of the embedded VK ID that a person is linked with.
fn account_of(
    tx: &ReadTx<'_>,
    by: &Administrator<'_>,
    person: PersonId,
) -> Result<Option<VkAccountId>, store::Error> {
    let subject = linking::linked_subject(tx, by, person, Provider::Embedded)?;
    Ok(subject.map(|subject| VkAccountId::from_row(subject.user().get())))
}

/// Reads it.
pub(crate) fn access_of(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &Administrator<'_>,
    person: PersonId,
    own: PortalSessionId,
    (zone, today): (&Zone, Date),
) -> Result<AccessView, store::Error> {
    let at = |moment_of: UtcInstant| moment(zone.local(moment_of), today);
    let portal = school::list_sessions(tx, now, Some(person))?
        .into_iter()
        .map(|session| PortalView {
            id: session.id,
            device: device_name(&session.device.name),
            address: session.device.address,
            began: at(session.created),
            seen: at(session.seen),
            own: session.id == own,
        })
        .collect();
    let Some(account) = account_of(tx, by, person)? else {
        return Ok(AccessView { portal, ..AccessView::default() });
    };
    let vk_id = identity::sessions_of(tx, now, account)?
        .into_iter()
        .map(|session| SessionView {
            id: session.id,
            device: device_name(&session.device),
            address: session.address,
            began: at(session.created),
            seen: at(session.seen),
        })
        .collect();
    let tokens = identity::tokens_of(tx, now, account)?
        .into_iter()
        .map(|tokens| TokensView {
            id: tokens.id,
            application: tokens.application,
            began: at(tokens.created),
            seen: at(tokens.seen),
        })
        .collect();
    Ok(AccessView { portal, linked: true, vk_id, tokens })
}

/// What of the linked account is ended.
enum Ended {
    Session(VkSessionId),
    Tokens(ChainId),
}

async fn end(cx: &Cx, what: Ended) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        let by = Administrator::ask(tx, &viewer, today)?;
        let account = account_of(tx, &by, person)?.ok_or(Failure::NotFound)?;
        let (ended, act) = match what {
            Ended::Session(session) => (
                identity::end_session_of(tx, now, account, session)?,
                Act::new("identity.access.end_session", "person", person),
            ),
            Ended::Tokens(chain) => (
                identity::end_tokens_of(tx, now, account, chain)?,
                Act::new("identity.access.end_tokens", "person", person),
            ),
        };
        if ended { Ok(((), act)) } else { Err(Failure::NotFound) }
    })
    .await?;
    let done = Flash::good(say("vkid-access-ended"), say("vkid-access-ended-more"));
    Ok(cx.go(&format!("/admin/people/{person}"), Some(done)))
}

/// Ends a session of the embedded VK ID.
pub(crate) async fn end_vk_session(cx: Cx) -> Result<Response, Failure> {
    let session: VkSessionId = cx.request.param("session")?;
    end(&cx, Ended::Session(session)).await
}

/// Ends the tokens that an application has got with one sign-in.
pub(crate) async fn end_tokens(cx: Cx) -> Result<Response, Failure> {
    let chain: ChainId = cx.request.param("chain")?;
    end(&cx, Ended::Tokens(chain)).await
}
