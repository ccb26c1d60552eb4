//! Words of reports and cases.

use std::collections::HashMap;

use messenger::{Category, Desk, Evidence, Outcome, ReportState, TextState};
use school::{PersonId, Zone};
use time::Date;

use super::sferum::poll::PollFigures;
use super::sferum::{Part, parts_of};
use super::{moment, size_words};
use crate::words::{Words, say};

/// What a report is about.
pub(crate) fn category_words(category: Category) -> String {
    match category {
        Category::Insult => say("report-insult"),
        Category::Bullying => say("report-bullying"),
        Category::Threat => say("report-threat"),
        Category::Fraud => say("report-fraud"),
        Category::Indecent => say("report-indecent"),
        Category::Danger => say("report-danger"),
        Category::Other => say("report-other"),
    }
}

/// What came of a case.
pub(crate) fn outcome_words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Upheld => say("report-upheld"),
        Outcome::Unfounded => say("report-unfounded"),
        Outcome::Passed => say("report-passed"),
    }
}

/// How far a report has come.
pub(crate) fn state_words(state: ReportState, outcome: Option<Outcome>) -> String {
    match (state, outcome) {
        (ReportState::Open, _) => say("report-open"),
        (ReportState::Taken, _) => say("report-taken"),
        (ReportState::Closed, Some(outcome)) => {
            Words::of("report-closed").with("outcome", outcome_words(outcome)).say()
        }
        (ReportState::Closed, None) => say("report-closed-plainly"),
    }
}

/// As what somebody sits at the desk.
pub(crate) fn desk_words(desk: Desk) -> String {
    match desk {
        Desk::Lead => say("desk-lead"),
        Desk::Head => say("desk-head"),
    }
}

/// A message with its texts, for those who look into something.
pub(crate) struct EvidenceView {
    pub(crate) seq: i64,
    pub(crate) name: String,
    pub(crate) wanted: bool,
    pub(crate) texts: Vec<TextView>,
    /// «Море.jpg, 340 КБ», with their addresses.
    pub(crate) files: Vec<(String, String)>,
    /// How the poll stands or stood: «проголосовали: 12», then a line for each option. Empty when it is none.
    pub(crate) poll: Vec<String>,
}

/// One of its texts.
pub(crate) struct TextView {
    pub(crate) at: String,
    /// «прежний текст», «удалено»; empty for the present one.
    pub(crate) note: String,
    pub(crate) parts: Vec<Part>,
}

/// The messages of a stretch; the wanted one stands out.
pub(crate) fn evidence_views(
    found: Vec<Evidence>,
    wanted: Option<i64>,
    base: &str,
    zone: &Zone,
    today: Date,
) -> Vec<EvidenceView> {
    let view = |evidence: Evidence| EvidenceView {
        seq: evidence.seq,
        wanted: wanted == Some(evidence.seq),
        name: evidence.name,
        poll: evidence.poll.map(|poll| PollFigures::of_evidence(poll).lines()).unwrap_or_default(),
        files: evidence
            .files
            .iter()
            .map(|file| {
                let href = format!("{base}/files/{}/{}", evidence.seq, file.n);
                (format!("{}, {}", file.name.as_str(), size_words(file.size)), href)
            })
            .collect(),
        texts: evidence
            .texts
            .into_iter()
            .map(|text| TextView {
                at: moment(zone.local(text.since), today),
                note: match text.state {
                    TextState::Present => String::new(),
                    TextState::Earlier => say("evidence-earlier"),
                    TextState::Deleted => say("evidence-deleted"),
                },
                parts: parts_of(&text.body),
            })
            .collect(),
    };
    found.into_iter().map(view).collect()
}

/// The name of a person among those that came along.
pub(crate) fn named(names: &HashMap<PersonId, String>, person: Option<PersonId>) -> String {
    person.and_then(|person| names.get(&person)).cloned().unwrap_or_default()
}
