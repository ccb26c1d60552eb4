//! «Пожаловаться»: a message is reported, and its reporter follows what comes of it.

use askama::Template;
use messenger::{Category, ConversationId, MemberOf, Note, SafetyError, find_line, find_own_report};
use school::Present;
use serde::Deserialize;
use store::Lane;

use super::message::address;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::safety::{category_words, state_words};
use crate::views::sferum::{Part, name_of, parts_of};
use crate::views::{Flash, Page, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/report.html")]
struct ReportPage {
    page: Page,
    id: ConversationId,
    seq: i64,
    who: String,
    parts: Vec<Part>,
    categories: Vec<(&'static str, String)>,
    category: String,
    words: String,
    error: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    category: String,
    #[serde(default)]
    words: String,
}

#[derive(Template)]
#[template(path = "sferum/reports.html")]
struct OwnPage {
    page: Page,
    rows: Vec<OwnView>,
}

struct OwnView {
    category: String,
    chat: String,
    at: String,
    state: String,
    answer: String,
}

const OWN: &str = "/reports";

pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    show(&cx, Form::default(), None).await
}

async fn show(cx: &Cx, form: Form, failure: Option<Failure>) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(cx)?;
    let (today, frame) = (cx.today(), cx.frame(say("report-title")));
    let error = failure.as_ref().map(Failure::sentence).unwrap_or_default();
    let found = cx
        .read(move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            if find_own_report(tx, &by, i64::from(seq))?.is_some() {
                return Ok(None);
            }
            let line = find_line(tx, &by, i64::from(seq))?.filter(|line| line.sender != by.person());
            let line = line.ok_or(Failure::NotFound)?;
            let text = line.text.ok_or(Failure::NotFound)?;
            Ok(Some(ReportPage {
                page: frame.page(tx)?,
                id,
                seq: line.seq,
                who: line.name,
                parts: parts_of(&text),
                categories: Category::ALL
                    .into_iter()
                    .map(|category| (category.word(), category_words(category)))
                    .collect(),
                category: form.category,
                words: form.words,
                error,
            }))
        })
        .await?;
    match (found, failure) {
        (None, _) => Ok(Response::see_other(OWN)),
        (Some(page), None) => cx.html(&page),
        (Some(page), Some(failure)) => cx.refused(&failure, &page),
    }
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match take(&cx, &form).await {
        Ok(()) => Ok(cx.go(OWN, Some(Flash::good(say("report-sent"), say("report-sent-more"))))),
        Err(failure) if failure.gives_form_back() => show(&cx, form, Some(failure)).await,
        Err(failure) => Err(failure),
    }
}

async fn take(cx: &Cx, form: &Form) -> Result<(), Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (id, seq) = address(cx)?;
    let (now, today) = (cx.now, cx.today());
    let category = match form.category.as_str() {
        "" => return Err(SafetyError::NoChoice.into()),
        word => Category::from_word(word).ok_or(Failure::BadForm)?,
    };
    let words = Note::parse_optional(&form.words).map_err(SafetyError::from)?;
    cx.record(Lane::Chat, move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        messenger::report(tx, now, &by, i64::from(seq), category, words.as_ref())?;
        Ok(())
    })
    .await
}

/// «Мои обращения».
pub(crate) async fn own(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (today, zone, frame) = (cx.today(), cx.app.school().zone.clone(), cx.frame(say("reports-title")));
    let shown = cx
        .read(move |tx| {
            let reports = messenger::own_reports(tx, &Present::ask(tx, &viewer)?)?;
            let rows = reports.into_iter().map(|report| OwnView {
                category: category_words(report.category),
                chat: name_of(&report.conversation),
                at: moment(zone.local(report.at), today),
                state: state_words(report.state, report.outcome),
                answer: report.answer.unwrap_or_default(),
            });
            Ok(OwnPage { rows: rows.collect(), page: frame.page(tx)? })
        })
        .await?;
    cx.html(&shown)
}
