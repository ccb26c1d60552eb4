//! What the page shows.

use askama::Template;
use identity::{ClientId, EduProfile, OwnerOf, Scope, Sex, VkSessionId};
use linking::{Change, Outcome};
use school::Zone;
use store::{ReadTx, UtcInstant};
use time::Date;

use super::super::claimed;
use super::look;
use crate::Failure;
use crate::cx::Cx;
use crate::handlers::profile::device_name;
use crate::views::{Page, full_date, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "vkid/me.html")]
pub(super) struct MePage {
    page: Page,
    name: String,
    initials: String,
    birth_date: String,
    sex: String,
    phone: String,
    phone_since: String,
    has_password: bool,
    profile: Option<ProfileView>,
    wanted: Option<WantedView>,
    devices: Vec<DeviceView>,
    applications: Vec<ApplicationView>,
    /// Whether somebody is signed in to the diary in this browser.
    has_diary: bool,
}

struct ProfileView {
    name: String,
    birth_date: String,
    role: String,
}

/// A change that the school was asked about.
struct WantedView {
    name: String,
    since: String,
    /// The reason of a refusal; empty while the change waits.
    why: String,
    waits: bool,
}

struct DeviceView {
    id: VkSessionId,
    name: String,
    address: String,
    began: String,
    seen: String,
    present: bool,
}

struct ApplicationView {
    id: ClientId,
    name: String,
    knows: String,
    since: String,
}

fn full_name(profile: &EduProfile) -> String {
    let name = &profile.name;
    let patronymic = name.patronymic.as_deref().unwrap_or_default();
    format!("{} {} {patronymic}", name.surname, name.given).trim_end().to_owned()
}

/// What an application was given, in words.
fn known_by(scope: Scope) -> String {
    let more = [(scope.phone, "me-scope-phone"), (scope.email, "me-scope-email")];
    let more = more.into_iter().filter(|(given, _)| *given).map(|(_, words)| say(words));
    std::iter::once(say("me-scope-person")).chain(more).collect::<Vec<_>>().join(", ")
}

fn wanted_view(change: Change, zone: &Zone, today: Date) -> Option<WantedView> {
    let (waits, why) = match change.outcome {
        Outcome::Waiting => (true, String::new()),
        Outcome::Rejected { why } => (false, why),
        Outcome::Approved | Outcome::Withdrawn | Outcome::Dropped => return None,
    };
    let since = moment(zone.local(change.asked), today);
    Some(WantedView { name: change.wanted.name.short(), since, why, waits })
}

struct Means {
    page: Page,
    now: UtcInstant,
    today: Date,
    zone: Zone,
    has_diary: bool,
}

/// Reads the page.
pub(super) async fn page(cx: &Cx) -> Result<MePage, Failure> {
    let means = Means {
        page: cx.bare_page(say("me-title")),
        now: cx.now,
        today: cx.today(),
        zone: cx.app.school().zone.clone(),
        has_diary: cx.who.is_some(),
    };
    look(cx, move |tx, by| read(tx, by, means)).await
}

fn read(tx: &ReadTx<'_>, by: &OwnerOf<'_>, means: Means) -> Result<MePage, Failure> {
    let Means { page, now, today, zone, has_diary } = means;
    let at = |instant: UtcInstant| moment(zone.local(instant), today);
    let account = identity::own_account(tx, by)?;
    let wanted = linking::own_change(tx, by)?;
    let devices = identity::list_own_sessions(tx, now, by)?
        .into_iter()
        .map(|session| DeviceView {
            id: session.id,
            name: device_name(&session.device),
            address: session.address,
            began: at(session.created),
            seen: at(session.seen),
            present: session.id == by.session(),
        })
        .collect();
    let applications = identity::list_consents(tx, by)?
        .into_iter()
        .map(|consent| ApplicationView {
            id: consent.client,
            name: consent.name,
            knows: known_by(consent.scope),
            since: at(consent.given),
        })
        .collect();
    let person = account.person;
    Ok(MePage {
        page,
        name: person.name.short(),
        initials: person.name.initials(),
        birth_date: full_date(person.birth_date),
        sex: match person.sex {
            Sex::Female => say("sex-female"),
            Sex::Male => say("sex-male"),
        },
        phone: account.phone.masked(),
        phone_since: account.phone_at.map(at).unwrap_or_default(),
        has_password: account.has_password,
        profile: account.profile.map(|profile| ProfileView {
            name: full_name(&profile),
            birth_date: full_date(profile.birth_date),
            role: claimed(profile.role),
        }),
        wanted: wanted.and_then(|change| wanted_view(change, &zone, today)),
        devices,
        applications,
        has_diary,
    })
}
