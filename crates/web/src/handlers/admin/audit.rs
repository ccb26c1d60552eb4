//! The journal of actions: the audit chain, newest first; whole for the administrator, in part for those who answer for
//! safety.

use std::collections::HashMap;

use askama::Template;
use messenger::SafetyOf;
use school::{Administrator, PersonId, PersonName, Viewer, Zone};
use serde::Deserialize;
use store::{AuditTail, ReadTx, UtcInstant};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

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

/// The whole journal, for the administrator.
pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    show(cx, "/admin/audit", |tx, viewer, today, before| {
        Administrator::ask(tx, viewer, today)?;
        Ok(tx.audit_tail(before, ROWS)?)
    })
    .await
}

/// What of it concerns the desk of safety (MSG-S13).
pub(crate) async fn list_for_desk(cx: Cx) -> Result<Response, Failure> {
    show(cx, "/safety/audit", |tx, viewer, today, before| {
        SafetyOf::ask(tx, viewer, today)?;
        Ok(tx.audit_tail_of(&messenger::AREAS, before, ROWS)?)
    })
    .await
}

async fn show(
    cx: Cx,
    address: &'static str,
    read: impl FnOnce(&ReadTx<'_>, &Viewer, Date, Option<(i64, i64)>) -> Result<AuditTail, Failure>
    + Send
    + 'static,
) -> Result<Response, Failure> {
    let query: Query = cx.request.query()?;
    let before = match &query.before {
        Some(text) => Some(parse_cursor(text).ok_or(Failure::BadQuery)?),
        None => None,
    };
    let viewer = cx.signed_in()?.viewer;
    let frame = cx.frame(say("audit-title"));
    let (today, zone) = (cx.today(), cx.app.school().zone.clone());
    let shown = cx
        .read_aside(move |tx| {
            let AuditTail { rows, more } = read(tx, &viewer, today, before)?;
            let older = match rows.last() {
                Some(last) if more => format!("{address}?before={}.{}", last.g, last.n),
                Some(_) | None => String::new(),
            };
            let people: Vec<PersonId> = rows
                .iter()
                .flat_map(|row| {
                    let about = |value: &Option<String>| value.as_deref().and_then(person_of);
                    [row.actor.person, person_of(&row.target), about(&row.before), about(&row.after)]
                })
                .flatten()
                .map(PersonId::from_row)
                .collect();
            let names = school::names_of(tx, &people)?;
            let mut views = Vec::with_capacity(rows.len());
            for row in rows {
                // Whoever reads the journal may be whom a report is about.
                if !messenger::may_read_row(tx, &viewer, &row.target, today)? {
                    continue;
                }
                let person = row.actor.person.and_then(|id| names.get(&PersonId::from_row(id)));
                views.push(RowView {
                    at: moment(zone.local(row.at), today),
                    who: person.map_or_else(|| say("audit-program"), PersonName::full),
                    address: row.actor.address,
                    action: action_words(&row.action),
                    target: target_words(&row.target, &names),
                    change: change_line(
                        row.before.as_deref().map(|value| value_words(value, &names, &zone, today)),
                        row.after.as_deref().map(|value| value_words(value, &names, &zone, today)),
                    ),
                    reason: row.reason.unwrap_or_default(),
                });
            }
            let newer = if before.is_some() { address } else { "" };
            Ok(AuditPage { page: frame.page(tx)?, rows: views, older, newer })
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

/// The person that a row is about.
fn person_of(target: &str) -> Option<i64> {
    target.strip_prefix("person:").and_then(|id| store::parse_id(id).ok())
}

/// What a row is about, in words; what has none yet is shown as it is stored.
fn target_words(target: &str, names: &HashMap<PersonId, PersonName>) -> String {
    if let Some(name) = person_of(target).and_then(|id| names.get(&PersonId::from_row(id))) {
        return name.full();
    }
    let Some((kind, id)) = target.split_once(':') else { return target.to_owned() };
    let words = match kind {
        "person" => "target-person",
        "lesson" => "target-lesson",
        "work" => "target-work",
        "message" => "target-message",
        "session" => "target-session",
        "vk_session" => "target-vk-session",
        "import" => "target-import",
        "class_group" => "target-class-group",
        "attempt" => "target-attempt",
        "phone_guard" => "target-phone-guard",
        "school" => "target-school",
        "report" => "target-report",
        "hold" => "target-hold",
        "opening" => "target-opening",
        "call" => "target-call",
        "chat" | "conversation" => "target-chat",
        _ => return target.to_owned(),
    };
    Words::of(words).with("id", id.to_owned()).say()
}

/// The moment that stands behind an object: how long a mute lasts. Older rows wrote it as a date of UTC.
fn until_of(text: &str) -> Option<UtcInstant> {
    if let Some(millis) = text.strip_prefix("until:") {
        return millis.parse().ok().map(UtcInstant::from_millis);
    }
    let written = format_description!(
        "[year]-[month]-[day] [hour padding:none]:[minute]:[second].[subsecond] [offset_hour sign:mandatory]:[offset_minute]:[offset_second]"
    );
    OffsetDateTime::parse(text, written).ok().map(UtcInstant::from)
}

/// A state of a link or a kind of chat in words; everything else as it is.
fn value_words(value: &str, names: &HashMap<PersonId, PersonName>, zone: &Zone, today: Date) -> String {
    if let Some((what, until)) = value.split_once(' ')
        && let Some(until) = until_of(until)
    {
        let until = Words::of("audit-until").with("when", moment(zone.local(until), today)).say();
        return format!("{}, {until}", target_words(what, names));
    }
    if person_of(value).is_some() {
        return target_words(value, names);
    }
    let word = value.replace('_', "-");
    let known =
        Words::find(&format!("link-state-{word}")).or_else(|| Words::find(&format!("chat-kind-{word}")));
    known.unwrap_or_else(|| target_words(value, names))
}

fn change_line(before: Option<String>, after: Option<String>) -> String {
    match (before, after) {
        (None, None) => String::new(),
        (Some(before), None) => format!("{before} →"),
        (None, Some(after)) => format!("→ {after}"),
        (Some(before), Some(after)) => format!("{before} → {after}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use school::Zone;
    use store::UtcInstant;
    use time::macros::{date, datetime};

    use super::value_words;

    #[test]
    fn the_end_of_a_mute_is_told_by_the_clocks_of_the_school() {
        let zone = Zone::find("Europe/Moscow").unwrap();
        let until = UtcInstant::from(datetime!(2026-10-15 5:30 UTC));
        for stored in
            [format!("chat:3 until:{}", until.millis()), "chat:3 2026-10-15 5:30:00.0 +00:00:00".to_owned()]
        {
            let said = value_words(&stored, &HashMap::new(), &zone, date!(2026 - 10 - 14));
            assert!(said.ends_with(", до 15\u{a0}октября, 8:30"), "{said}");
        }
        let other = value_words("07:00-21:00", &HashMap::new(), &zone, date!(2026 - 10 - 14));
        assert_eq!(other, "07:00-21:00");
    }
}
