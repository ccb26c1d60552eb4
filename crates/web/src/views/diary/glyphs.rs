//! Marks and absences as glyphs, with words for readers.

use diary::{AbsenceFact, AbsenceReason, MarkValue, PupilMark};

use crate::words::{Words, say};

/// A glyph as the macro `ui::mark` takes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct MarkView {
    pub(crate) text: String,
    pub(crate) kind: &'static str,
    pub(crate) note: String,
    pub(crate) sup: String,
    /// Empty for weight 1.
    pub(crate) weight: String,
    /// A slash stands before it: the second mark of one work.
    pub(crate) second: bool,
}

/// The glyph of a value.
pub(crate) fn mark_view(value: MarkValue, weight: u8) -> MarkView {
    let (text, kind, note) = match value {
        MarkValue::Mark(1) => ("1".to_owned(), "1", String::new()),
        MarkValue::Mark(2) => ("2".to_owned(), "2", String::new()),
        MarkValue::Mark(3) => ("3".to_owned(), "3", String::new()),
        MarkValue::Mark(4) => ("4".to_owned(), "4", String::new()),
        MarkValue::Mark(_) => ("5".to_owned(), "5", String::new()),
        MarkValue::Point => ("•".to_owned(), "dot", say("glyph-point")),
        MarkValue::Exempt => (say("glyph-exempt-short"), "text", say("glyph-exempt")),
    };
    let weight = if weight > 1 { weight.to_string() } else { String::new() };
    MarkView { text, kind, note, weight, ..MarkView::default() }
}

/// The glyphs of a lesson's marks; the second cell of a work follows the first with a slash.
pub(crate) fn marks_view(marks: &[PupilMark]) -> Vec<MarkView> {
    marks
        .iter()
        .map(|mark| {
            let mut view = mark_view(mark.value, mark.weight);
            view.second = mark.cell == 2;
            if let Some(before) = mark.corrected_from {
                let (before, now) = (mark_view(before, 1).text, view.text.clone());
                view.note = Words::of("glyph-corrected").with("before", before).with("now", now).say();
            }
            view
        })
        .collect()
}

/// «нет на уроке», «опоздание 9 минут».
pub(crate) fn absence_words(fact: AbsenceFact) -> String {
    absence_view(fact, None).note
}

/// The glyph of an absence: «н», «о» with minutes, a superscript for the reason.
pub(crate) fn absence_view(fact: AbsenceFact, reason: Option<AbsenceReason>) -> MarkView {
    let (text, sup, note) = match fact {
        AbsenceFact::Absent => {
            let (sup, why) = match reason {
                Some(AbsenceReason::Illness) => (say("glyph-illness-short"), "glyph-absent-illness"),
                Some(AbsenceReason::Valid) => (say("glyph-valid-short"), "glyph-absent-valid"),
                Some(AbsenceReason::School) => (say("glyph-school-short"), "glyph-absent-school"),
                Some(AbsenceReason::Invalid) => (String::new(), "glyph-absent-invalid"),
                None => (String::new(), "glyph-absent"),
            };
            (say("glyph-absent-short"), sup, say(why))
        }
        AbsenceFact::Late(minutes) => (
            say("glyph-late-short"),
            minutes.to_string(),
            Words::of("glyph-late").with("count", u32::from(minutes)).say(),
        ),
        AbsenceFact::Exempt => (say("glyph-exempt-short"), String::new(), say("glyph-exempt-lesson")),
        AbsenceFact::Distance => (say("glyph-distance-short"), String::new(), say("glyph-distance")),
    };
    MarkView { text, kind: "n", note, sup, ..MarkView::default() }
}
