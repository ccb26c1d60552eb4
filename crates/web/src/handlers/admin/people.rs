//! People: finding them, their slips, blocks and sessions.

use askama::Template;
use school::{AccountState, Administrator, EndWhy, PersonFilter, PersonId, Role};
use serde::Deserialize;
use store::Act;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Flash, Page, day_month};
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
}

#[derive(Template)]
#[template(path = "admin/slip.html")]
struct SlipSheet {
    page: Page,
    name: String,
    line: String,
    login: String,
    code: String,
    until: String,
    picture: String,
    address: String,
}

struct PersonView {
    id: PersonId,
    name: String,
    line: String,
    roles: String,
    login: String,
    state: &'static str,
    state_words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Query {
    name: String,
    role: String,
    from: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockForm {
    #[serde(default)]
    reason: String,
}

fn view(card: &school::PersonCard) -> PersonView {
    let (state, words) = match card.account.as_ref().map(|(_, state)| state) {
        None => ("none", "account-none"),
        Some(AccountState::New) => ("new", "account-new"),
        Some(AccountState::SlipOpen) => ("slip", "account-slip"),
        Some(AccountState::Active) => ("active", "account-active"),
        Some(AccountState::Blocked) => ("blocked", "account-blocked"),
    };
    PersonView {
        id: card.id,
        name: card.name.full(),
        line: card.line.clone(),
        roles: card.roles.iter().map(role_words).collect::<Vec<_>>().join(", "),
        login: card.account.as_ref().map(|(login, _)| login.clone()).unwrap_or_default(),
        state,
        state_words: say(words),
    }
}

fn role_words(role: Role) -> String {
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
    let today = cx.today();
    let shown = cx
        .read(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let card = school::find_person_card(tx, &by, person, today)?.ok_or(Failure::NotFound)?;
            Ok(PersonPage { page: frame.page(tx)?, person: view(&card) })
        })
        .await?;
    cx.html(&shown)
}

/// Issues a slip and shows it once, ready to be printed (A23, K17).
pub(crate) async fn slip(cx: Cx) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let app = std::sync::Arc::clone(&cx.app);
    let (card, slip) = cx
        .write(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let card = school::find_person_card(tx, &by, person, today)?.ok_or(Failure::NotFound)?;
            let login = card.account.as_ref().map(|(login, _)| login.clone()).ok_or(Failure::NotFound)?;
            let account = school::find_account(tx, &login)?.ok_or(Failure::NotFound)?;
            let slip = school::issue_slip(tx, now, &app.key, &app.random, &account)?;
            Ok(((card, slip), Act::new("school.slip.issue", "person", person)))
        })
        .await?;
    let sheet = slip_sheet(&cx, cx.bare_page(say("slip-sheet-title")), &card, &slip);
    cx.html(&sheet)
}

fn slip_sheet(cx: &Cx, page: Page, card: &school::PersonCard, slip: &school::Slip) -> SlipSheet {
    let address = format!("http://{}/slip", cx.request.host);
    let link = format!("{address}?login={}&code={}", slip.login, slip.code.printed());
    SlipSheet {
        page,
        name: card.name.full(),
        line: card.line.clone(),
        login: slip.login.clone(),
        code: slip.code.printed(),
        until: day_month(cx.app.school().zone.date(slip.expires)),
        picture: qr_path(&link),
        address,
    }
}

/// A QR code as the path of an SVG picture, one unit a module; empty when the text is too long for one.
pub(crate) fn qr_path(text: &str) -> String {
    let Ok(code) = qrcode::QrCode::new(text) else { return String::new() };
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width, at / width));
        }
    }
    path
}

pub(crate) async fn block(cx: Cx) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let form: BlockForm = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    if person == viewer.person() {
        return Ok(
            cx.go(&format!("/admin/people/{person}"), Some(Flash::bad(say("block-self"), String::new())))
        );
    }
    let reason: String = form.reason.trim().chars().take(200).collect();
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        school::block(tx, now, person, &reason)?;
        Ok(((), Act::new("school.account.block", "person", person).because(reason)))
    })
    .await?;
    Ok(cx.go(
        &format!("/admin/people/{person}"),
        Some(Flash::good(say("blocked-done"), say("blocked-done-more"))),
    ))
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
