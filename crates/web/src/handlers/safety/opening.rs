//! Opening a chat that one is not in (MSG-S3): for a reason and a time, before the eyes of the other desk.

use askama::Template;
use messenger::{
    CaseOf, ConversationId, Desk, Note, OpeningId, OpeningOf, ReportId, SafetyError, SafetyOf, close_opening,
    find_closed_chat, list_closed_chats, note_opening, open_chat, read_opened,
};
use school::PersonName;
use serde::Deserialize;
use time::Duration;

use super::DESK;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::safety::{EvidenceView, evidence_views};
use crate::views::sferum::name_of;
use crate::views::{Flash, Page, moment};
use crate::words::{count, say};

/// How many chats the list shows.
const SHOWN: usize = 100;
/// How many people a chat's card names.
const NAMED: usize = 12;

#[derive(Template)]
#[template(path = "safety/chats.html")]
struct ChatsPage {
    page: Page,
    name: String,
    chats: Vec<(ConversationId, String, String)>,
    more: bool,
}

#[derive(Template)]
#[template(path = "safety/open.html")]
struct OpenPage {
    page: Page,
    id: ConversationId,
    report: String,
    chat: String,
    people: String,
    names: String,
    other: String,
    hours: String,
    reason: String,
    error: String,
}

#[derive(Template)]
#[template(path = "safety/opened.html")]
struct OpenedPage {
    page: Page,
    id: OpeningId,
    chat: String,
    until: String,
    evidence: Vec<EvidenceView>,
    older: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ListQuery {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OpenQuery {
    report: Option<ReportId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenForm {
    #[serde(default)]
    report: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    before: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CloseForm {
    #[serde(default)]
    silent: String,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// All chats that may be opened from this desk, by name; nothing of what is said there.
pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let query: ListQuery = cx.request.query()?;
    let viewer = cx.signed_in()?.viewer;
    let (today, frame) = (cx.today(), cx.frame(say("chats-title")));
    let shown = cx
        .read(move |tx| {
            let by = SafetyOf::ask(tx, &viewer, today)?;
            let wanted = school::search_key(&query.name);
            let mut chats: Vec<_> = list_closed_chats(tx, &by)?
                .into_iter()
                .map(|(chat, people)| {
                    let people = count("chats-people", usize::try_from(people).unwrap_or(usize::MAX));
                    (chat.id, name_of(&chat), people)
                })
                .filter(|(_, name, _)| school::search_key(name).contains(&wanted))
                .collect();
            let more = chats.len() > SHOWN;
            chats.truncate(SHOWN);
            Ok(ChatsPage { name: query.name, chats, more, page: frame.page(tx)? })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    let query: OpenQuery = cx.request.query()?;
    let report = query.report.map(|report| report.to_string()).unwrap_or_default();
    let form = OpenForm { report, hours: String::new(), reason: String::new() };
    let page = page(&cx, form, String::new()).await?;
    cx.html(&page)
}

async fn page(cx: &Cx, form: OpenForm, error: String) -> Result<OpenPage, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let viewer = cx.signed_in()?.viewer;
    let (today, frame) = (cx.today(), cx.frame(say("open-title")));
    cx.read(move |tx| {
        let by = SafetyOf::ask(tx, &viewer, today)?;
        let (chat, people) = find_closed_chat(tx, &by, id)?;
        let known = school::names_of(tx, &people)?;
        let mut names: Vec<_> = known.values().collect();
        names.sort_by_key(|name| name.sort_key());
        let shown: Vec<_> = names.into_iter().take(NAMED).map(PersonName::abbreviated).collect();
        Ok(OpenPage {
            page: frame.page(tx)?,
            id,
            report: form.report,
            chat: name_of(&chat),
            people: count("chats-people", people.len()),
            names: shown.join(", "),
            other: match by.desk() {
                Desk::Lead => say("open-tells-head"),
                Desk::Head => say("open-tells-lead"),
            },
            hours: form.hours,
            reason: form.reason,
            error,
        })
    })
    .await
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: OpenForm = cx.request.form()?;
    match open(&cx, &form).await {
        Ok(opening) => Ok(cx.go(&format!("/safety/openings/{opening}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let page = page(&cx, form, failure.sentence()).await?;
            cx.refused(&failure, &page)
        }
        Err(failure) => Err(failure),
    }
}

async fn open(cx: &Cx, form: &OpenForm) -> Result<OpeningId, Failure> {
    let chat: ConversationId = cx.request.param("conversation")?;
    let hours = match form.hours.as_str() {
        "1" => 1,
        "4" => 4,
        "24" => 24,
        "" => return Err(SafetyError::NoChoice.into()),
        _ => return Err(Failure::BadForm),
    };
    let report: Option<ReportId> = match form.report.as_str() {
        "" => None,
        report => Some(report.parse().map_err(|_| Failure::BadForm)?),
    };
    let reason = Note::parse(&form.reason).map_err(SafetyError::from)?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        let by = SafetyOf::ask(tx, &viewer, today)?;
        let case = report.map(|report| CaseOf::ask(tx, &viewer, report, today)).transpose()?;
        Ok(open_chat(tx, now, &by, case.as_ref(), chat, &reason, Duration::hours(hours))?)
    })
    .await
}

/// The opened chat. It is read in a write: the row in the audit chain is there before anything is shown (MSG-I18).
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let opening: OpeningId = cx.request.param("opening")?;
    let query: Before = cx.request.query()?;
    let viewer = cx.signed_in()?.viewer;
    let (now, today, zone) = (cx.now, cx.today(), cx.app.school().zone.clone());
    let frame = cx.frame(say("opened-title"));
    let shown = cx
        .write(move |tx| {
            let by = OpeningOf::ask(tx, &viewer, opening, now, today)?;
            let (found, older, act) = read_opened(tx, &by, query.before)?;
            let first = found.first().map_or(0, |message| message.seq);
            let page = OpenedPage {
                page: frame.page(tx)?,
                id: opening,
                chat: name_of(&by.conversation(tx)?),
                until: moment(zone.local(by.until()), today),
                evidence: evidence_views(found, None, &format!("/safety/openings/{opening}"), &zone, today),
                older: if older {
                    format!("/safety/openings/{opening}?before={first}")
                } else {
                    String::new()
                },
            };
            Ok((page, act))
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn close(cx: Cx) -> Result<Response, Failure> {
    let opening: OpeningId = cx.request.param("opening")?;
    let form: CloseForm = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let closed = cx
        .write(move |tx| {
            let by = OpeningOf::ask(tx, &viewer, opening, now, today)?;
            let silent = match form.silent.as_str() {
                "" => None,
                _ => Some(Note::parse(&form.reason).map_err(SafetyError::from)?),
            };
            Ok(((), close_opening(tx, now, &by, silent.as_ref())?))
        })
        .await;
    match closed {
        Ok(()) => Ok(cx.go(DESK, Some(Flash::good(say("opening-closed"), String::new())))),
        Err(failure) if failure.gives_form_back() => {
            let flash = Flash::bad(say("case-unchanged"), failure.sentence());
            Ok(cx.go(&format!("/safety/openings/{opening}"), Some(flash)))
        }
        Err(failure) => Err(failure),
    }
}

/// «Принять к сведению»: the second person knows.
pub(crate) async fn note(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let opening: OpeningId = cx.request.param("opening")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write_if_due(move |tx| {
        let by = SafetyOf::ask(tx, &viewer, today)?;
        Ok(((), note_opening(tx, now, &by, opening)?))
    })
    .await?;
    Ok(cx.go(DESK, Some(Flash::good(say("opening-noted"), String::new()))))
}
