//! One case: what was frozen, notes, taking and closing, holds. It is read in a write: the row in the audit chain is
//! there before anything is shown (MSG-I18).

use askama::Template;
use messenger::{
    CaseOf, ConversationId, Note, OpenedCase, Outcome, ReportId, ReportState, SafetyError, add_note,
    close_case, hold_chat, hold_message, open_case, take_case,
};
use school::Zone;
use serde::Deserialize;
use store::Act;
use time::Date;

use super::{HoldView, hold_view};
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::safety::{EvidenceView, category_words, evidence_views, named, outcome_words, state_words};
use crate::views::sferum::name_of;
use crate::views::{Flash, Page, moment};
use crate::words::say;

#[derive(Template)]
#[template(path = "safety/case.html")]
struct CasePage {
    page: Page,
    id: ReportId,
    category: String,
    urgent: bool,
    chat: String,
    conversation: ConversationId,
    at: String,
    reporter: String,
    reported: String,
    words: String,
    state: String,
    who: String,
    answer: String,
    open: bool,
    closed: bool,
    evidence: Vec<EvidenceView>,
    notes: Vec<NoteView>,
    holds: Vec<HoldView>,
    outcomes: Vec<(&'static str, String)>,
}

struct NoteView {
    words: String,
    line: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteForm {
    #[serde(default)]
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CloseForm {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    answer: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldForm {
    #[serde(default)]
    what: String,
    #[serde(default)]
    reason: String,
}

fn page_of(report: ReportId) -> String {
    format!("/safety/reports/{report}")
}

fn view(page: Page, case: OpenedCase, zone: &Zone, today: Date) -> CasePage {
    let at = |moment_of| moment(zone.local(moment_of), today);
    let who = case.summary.closed_by.or(case.summary.taken_by);
    let names = case.names;
    CasePage {
        page,
        id: case.summary.id,
        category: category_words(case.summary.category),
        urgent: case.summary.category.is_urgent(),
        chat: name_of(&case.summary.conversation),
        conversation: case.summary.conversation.id,
        at: at(case.summary.at),
        reporter: named(&names, Some(case.reporter)),
        reported: named(&names, Some(case.reported)),
        words: case.words.unwrap_or_default(),
        state: state_words(case.summary.state, case.summary.outcome),
        who: named(&names, who),
        answer: case.answer.unwrap_or_default(),
        open: case.summary.state == ReportState::Open,
        closed: case.summary.state == ReportState::Closed,
        evidence: evidence_views(case.frozen, Some(case.seq), &page_of(case.summary.id), zone, today),
        notes: case
            .notes
            .into_iter()
            .map(|note| NoteView {
                line: format!("{}, {}", at(note.at), named(&names, Some(note.author))),
                words: note.words,
            })
            .collect(),
        holds: case
            .holds
            .into_iter()
            .map(|hold| {
                let author = named(&names, Some(hold.author));
                hold_view(hold, &author, zone, today)
            })
            .collect(),
        outcomes: Outcome::ALL.into_iter().map(|outcome| (outcome.word(), outcome_words(outcome))).collect(),
    }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let report: ReportId = cx.request.param("report")?;
    let viewer = cx.signed_in()?.viewer;
    let (today, zone, frame) = (cx.today(), cx.app.school().zone.clone(), cx.frame(say("case-title")));
    let shown = cx
        .write(move |tx| {
            let by = CaseOf::ask(tx, &viewer, report, today)?;
            let (case, act) = open_case(tx, &by)?;
            Ok((view(frame.page(tx)?, case, &zone, today), act))
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn take(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    change(cx, "case-taken", |tx, _, by| take_case(tx, by)).await
}

pub(crate) async fn note(cx: Cx) -> Result<Response, Failure> {
    let form: NoteForm = cx.request.form()?;
    change(cx, "case-noted", move |tx, now, by| {
        let words = Note::parse(&form.words)?;
        Ok(Some(add_note(tx, now, by, &words)?))
    })
    .await
}

pub(crate) async fn close(cx: Cx) -> Result<Response, Failure> {
    let form: CloseForm = cx.request.form()?;
    let outcome = match form.outcome.as_str() {
        "" => None,
        word => Some(Outcome::from_word(word).ok_or(Failure::BadForm)?),
    };
    change(cx, "case-closed", move |tx, now, by| {
        let outcome = outcome.ok_or(SafetyError::NoChoice)?;
        let answer = Note::parse_optional(&form.answer)?;
        Ok(Some(close_case(tx, now, by, outcome, answer.as_ref())?))
    })
    .await
}

pub(crate) async fn hold(cx: Cx) -> Result<Response, Failure> {
    let form: HoldForm = cx.request.form()?;
    let whole = match form.what.as_str() {
        "message" => false,
        "chat" => true,
        _ => return Err(Failure::BadForm),
    };
    change(cx, "hold-put", move |tx, now, by| {
        let reason = Note::parse(&form.reason)?;
        Ok(Some(if whole { hold_chat(tx, now, by, &reason)? } else { hold_message(tx, now, by, &reason)? }))
    })
    .await
}

/// Does one thing with a case and goes back to it; what was not taken is said there.
async fn change<F>(cx: Cx, done: &'static str, deed: F) -> Result<Response, Failure>
where
    F: for<'t> FnOnce(
            &mut store::WriteTx<'t>,
            store::UtcInstant,
            &CaseOf<'t>,
        ) -> Result<Option<Act>, SafetyError>
        + Send
        + 'static,
{
    let report: ReportId = cx.request.param("report")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let changed = cx
        .write_if_due(move |tx| {
            let by = CaseOf::ask(tx, &viewer, report, today)?;
            Ok(((), deed(tx, now, &by)?))
        })
        .await;
    let flash = match changed {
        Ok(()) => Flash::good(say(done), String::new()),
        Err(failure) if failure.gives_form_back() => Flash::bad(say("case-unchanged"), failure.sentence()),
        Err(failure) => return Err(failure),
    };
    Ok(cx.go(&page_of(report), Some(flash)))
}
