//! The journal of actions: the audit chain, newest first.

use askama::Template;
use school::{Administrator, PersonId};
use serde::Deserialize;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Page, moment};
use crate::words::{Words, say};

const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    page: Page,
    rows: Vec<RowView>,
    older: String,
    newer: &'static str,
}

struct RowView {
    at: String,
    who: String,
    address: String,
    action: String,
    target: String,
    change: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    #[serde(default)]
    before: Option<String>,
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let before = match &query.before {
        Some(text) => Some(parse_cursor(text).ok_or(Failure::BadQuery)?),
        None => None,
    };
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("audit-title"));
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            let tail = tx.audit_tail(before, ROWS)?;
            let people: Vec<PersonId> =
                tail.rows.iter().filter_map(|row| row.actor.person).map(PersonId::from_row).collect();
            let names = school::names_of(tx, &people)?;
            let older = match tail.rows.last() {
                Some(last) if tail.more => format!("/admin/audit?before={}.{}", last.g, last.n),
                Some(_) | None => String::new(),
            };
            let rows = tail
                .rows
                .into_iter()
                .map(|row| RowView {
                    at: moment(zone.local(row.at), today),
                    who: row
                        .actor
                        .person
                        .and_then(|id| names.get(&PersonId::from_row(id)))
                        .map_or_else(|| say("audit-program"), school::PersonName::full),
                    address: row.actor.address,
                    action: action_words(&row.action),
                    target: row.target,
                    change: change_line(row.before.as_deref(), row.after.as_deref()),
                    reason: row.reason.unwrap_or_default(),
                })
                .collect();
            Ok(AuditPage {
                page: frame.page(tx)?,
                rows,
                older,
                newer: if before.is_some() { "/admin/audit" } else { "" },
            })
        })
        .await?;
    cx.html(&shown)
}

fn parse_cursor(text: &str) -> Option<(i64, i64)> {
    let (g, n) = text.split_once('.')?;
    Some((store::parse_id(g).ok()?, store::parse_id(n).ok()?))
}

/// The deed in words; a deed without words yet is shown as it is stored.
fn action_words(action: &str) -> String {
    let id = format!("act-{}", action.replace(['.', '_'], "-"));
    Words::find(&id).unwrap_or_else(|| action.to_owned())
}

fn change_line(before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (None, None) => String::new(),
        (Some(before), None) => format!("{before} →"),
        (None, Some(after)) => format!("→ {after}"),
        (Some(before), Some(after)) => format!("{before} → {after}"),
    }
}
