//! People: finding them, their slips, blocks and sessions.

use askama::Template;
use school::{AccountState, Administrator, EndWhy, PersonFilter, PersonId, Role};
use serde::Deserialize;
use store::Act;

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::admin::person_access::{AccessView, access_of};
use crate::handlers::slips::{print_one, state_words};
use crate::response::Response;
use crate::views::{Flash, Page};
use crate::words::{Words, count, say};

const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    page: Page,
    name: String,
    role: String,
    roles: Vec<(String, String)>,
    total: String,
    people: Vec<PersonView>,
    newer: String,
    older: String,
}

#[derive(Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    page: Page,
    person: PersonView,
    access: AccessView,
}

struct PersonView {
    id: PersonId,
    name: String,
    line: String,
    roles: String,
    login: String,
    blocked: bool,
    state: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Query {
    name: String,
    role: String,
    from: u32,
}

fn view(card: &school::PersonCard) -> PersonView {
    PersonView {
        id: card.id,
        name: card.name.full(),
        line: card.line.clone(),
        roles: card.roles.iter().map(role_words).collect::<Vec<_>>().join(", "),
        login: card.account.as_ref().map(|(login, _)| login.clone()).unwrap_or_default(),
        blocked: matches!(card.account, Some((_, AccountState::Blocked))),
        state: state_words(card),
    }
}

pub(crate) fn role_words(role: Role) -> String {
    say(match role {
        Role::Pupil => "role-pupil",
        Role::Guardian => "role-guardian",
        Role::Teacher => "role-teacher",
        Role::HomeroomTeacher => "role-homeroom-teacher",
        Role::DeputyHead => "role-deputy-head",
        Role::HeadTeacher => "role-head-teacher",
        Role::SafeguardingLead => "role-safeguarding-lead",
        Role::Administrator => "role-administrator",
    })
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let role = match query.role.as_str() {
        "" => None,
        word => Some(Role::from_word(word).ok_or(Failure::BadQuery)?),
    };
    let filter = PersonFilter {
        name: query.name.chars().take(100).collect(),
        role,
        class_group: None,
        offset: query.from.min(1_000_000),
        limit: ROWS,
    };
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("people-title"));
    let today = cx.today();
    let shown = cx
        .read(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let (cards, total) = school::list_people(tx, &by, &filter, today)?;
            let link = |from: u32| {
                let name =
                    percent_encoding::utf8_percent_encode(&filter.name, percent_encoding::NON_ALPHANUMERIC);
                format!("/admin/people?name={name}&role={}&from={from}", role.map_or("", Role::word))
            };
            let newer =
                if filter.offset > 0 { link(filter.offset.saturating_sub(ROWS)) } else { String::new() };
            let more = filter.offset + ROWS < total;
            let older = if more { link(filter.offset + ROWS) } else { String::new() };
            Ok(PeoplePage {
                page: frame.page(tx)?,
                name: filter.name.clone(),
                role: role.map_or("", Role::word).to_owned(),
                roles: Role::ALL.into_iter().map(|role| (role.word().to_owned(), role_words(role))).collect(),
                total: count("people-count", total as usize),
                people: cards.iter().map(view).collect(),
                newer,
                older,
            })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("person-title"));
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let card = school::find_person_card(tx, &by, person, today)?.ok_or(Failure::NotFound)?;
            let access = access_of(tx, now, &by, person, viewer.session(), (&zone, today))?;
            Ok(PersonPage { page: frame.page(tx)?, person: view(&card), access })
        })
        .await?;
    cx.html(&shown)
}

/// Issues a slip and shows it once, ready to be printed (A23, K17).
pub(crate) async fn slip(cx: Cx) -> Result<Response, Failure> {
    print_one(&cx, cx.request.param("person")?).await
}

pub(crate) async fn unblock(cx: Cx) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let (today, viewer) = (cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        school::unblock(tx, person)?;
        Ok(((), Act::new("school.account.unblock", "person", person)))
    })
    .await?;
    Ok(cx.go(&format!("/admin/people/{person}"), Some(Flash::good(say("unblocked-done"), String::new()))))
}

pub(crate) async fn end_sessions(cx: Cx) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let ended = cx
        .write(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            let own = (person == viewer.person()).then(|| viewer.session());
            let ended = school::end_all_sessions(tx, now, person, own, EndWhy::Administrator)?;
            Ok((ended, Act::new("school.session.end_all", "person", person)))
        })
        .await?;
    let flash = Flash::good(Words::of("sessions-ended").with("count", ended).say(), String::new());
    Ok(cx.go(&format!("/admin/people/{person}"), Some(flash)))
}
