//! What a lesson's call says of its pupils, on the page of the lesson.

use calls::Verdict;
use school::PersonName;
use store::ReadTx;

use crate::flows::Proposal;
use crate::words::{Words, say};

/// The table of a lesson's call.
pub(super) struct CallView {
    pub(super) rows: Vec<CallRow>,
    /// Whether it was taken into the journal.
    pub(super) is_taken: bool,
}

/// One pupil.
pub(super) struct CallRow {
    pub(super) name: String,
    pub(super) minutes: String,
    pub(super) verdict: String,
    /// Whether the mark in the journal came from the call.
    pub(super) is_automatic: bool,
}

impl CallView {
    pub(super) fn of(tx: &ReadTx<'_>, proposal: Proposal) -> Result<Self, store::Error> {
        let Proposal { pupils, taken } = proposal;
        let people: Vec<_> = pupils.iter().map(|(pupil, _)| *pupil).collect();
        let names = school::names_of(tx, &people)?;
        let is_automatic = |pupil| {
            let marks = taken.as_ref();
            marks.is_some_and(|marks| marks.iter().any(|mark| mark.pupil == pupil))
        };
        let rows = pupils
            .iter()
            .map(|(pupil, presence)| CallRow {
                name: names.get(pupil).map(PersonName::listed).unwrap_or_default(),
                minutes: Words::of("call-minutes").with("n", presence.total.whole_minutes()).say(),
                verdict: verdict_words(presence.verdict),
                is_automatic: is_automatic(*pupil),
            })
            .collect();
        Ok(Self { rows, is_taken: taken.is_some() })
    }
}

fn verdict_words(verdict: Verdict) -> String {
    match verdict {
        Verdict::Present => say("call-present"),
        Verdict::Late(minutes) => Words::of("call-late").with("n", u32::from(minutes)).say(),
        Verdict::Absent => say("call-absent"),
    }
}
