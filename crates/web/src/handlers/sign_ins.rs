//! «Кто и откуда входил»: the journal of sign-ins, one's own or, for an administrator, a person's.

use askama::Template;
use school::{Administrator, PersonId, Present, SignInOutcome, SignInReader, SignInRow, SignInWay, Zone};
use serde::Deserialize;
use time::Date;

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::profile::device_name;
use crate::response::Response;
use crate::views::{Page, moment};
use crate::words::say;

const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "portal/sign_ins.html")]
struct SignInsPage {
    page: Page,
    above: String,
    above_words: String,
    lead: String,
    own: bool,
    rows: Vec<RowView>,
    newer: String,
    older: String,
}

struct RowView {
    at: String,
    device: String,
    address: String,
    way: String,
    outcome: String,
    bad: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    before: Option<i64>,
}

fn view(row: &SignInRow, zone: &Zone, today: Date) -> RowView {
    let way = match row.way {
        SignInWay::Password => "sign-in-way-password",
        SignInWay::Slip => "sign-in-way-slip",
        SignInWay::Setup => "sign-in-way-setup",
        SignInWay::Confirmation | SignInWay::StandIn => "sign-in-way-confirmation",
    };
    let outcome = match (row.outcome, row.way) {
        (SignInOutcome::Entered, SignInWay::Confirmation) => "sign-in-outcome-confirmed",
        (SignInOutcome::Entered, _) => "sign-in-outcome-entered",
        (SignInOutcome::Wrong, SignInWay::Slip) => "sign-in-outcome-wrong-code",
        (SignInOutcome::Wrong, _) => "sign-in-outcome-wrong",
        (SignInOutcome::Blocked, _) => "sign-in-outcome-blocked",
    };
    RowView {
        at: moment(zone.local(row.at), today),
        device: device_name(&row.device.name),
        address: row.device.address.clone(),
        way: say(way),
        outcome: say(outcome),
        bad: row.outcome != SignInOutcome::Entered,
    }
}

/// The rows of a page, and where the older ones are; empty when there are none.
fn paged(mut rows: Vec<SignInRow>, path: &str) -> (Vec<SignInRow>, String) {
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let older = match rows.last() {
        Some(last) if more => format!("{path}?before={}", last.id),
        Some(_) | None => String::new(),
    };
    (rows, older)
}

const ASKED: u32 = ROWS as u32 + 1;

/// One's own journal.
pub(crate) async fn own(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("sign-ins-title"));
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let who = Present::ask(tx, &viewer)?;
            let rows = school::list_sign_ins(tx, SignInReader::Own(&who), query.before, ASKED)?;
            let (rows, older) = paged(rows, "/profile/sign-ins");
            Ok(SignInsPage {
                page: frame.page(tx)?,
                above: "/profile".to_owned(),
                above_words: say("profile-title"),
                lead: say("sign-ins-own"),
                own: true,
                rows: rows.iter().map(|row| view(row, &zone, today)).collect(),
                newer: if query.before.is_some() { "/profile/sign-ins".to_owned() } else { String::new() },
                older,
            })
        })
        .await?;
    cx.html(&shown)
}

/// A person's journal, for an administrator.
pub(crate) async fn of_person(cx: Cx) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let query: Query = cx.request.query()?;
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("sign-ins-title"));
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let card = school::find_person_card(tx, &by, person, today)?.ok_or(Failure::NotFound)?;
            let path = format!("/admin/people/{person}/sign-ins");
            let rows = school::list_sign_ins(tx, SignInReader::Of(&by, person), query.before, ASKED)?;
            let (rows, older) = paged(rows, &path);
            Ok(SignInsPage {
                page: frame.page(tx)?,
                above: format!("/admin/people/{person}"),
                above_words: card.name.full(),
                lead: say("sign-ins-of-person"),
                own: false,
                rows: rows.iter().map(|row| view(row, &zone, today)).collect(),
                newer: if query.before.is_some() { path } else { String::new() },
                older,
            })
        })
        .await?;
    cx.html(&shown)
}
