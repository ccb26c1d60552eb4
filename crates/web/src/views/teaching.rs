//! What teachers type and read in cells.

use diary::{AbsenceFact, AbsenceReason, MarkValue};

/// The text of a cell as a teacher types it.
pub(crate) fn mark_text(value: MarkValue) -> String {
    match value {
        MarkValue::Mark(mark) => mark.to_string(),
        MarkValue::Point => "•".to_owned(),
        MarkValue::Exempt => "осв".to_owned(),
    }
}

/// The class of a grid's cell.
pub(crate) const fn mark_class(value: MarkValue) -> &'static str {
    match value {
        MarkValue::Mark(3) => "m3",
        MarkValue::Mark(1 | 2) => "m2",
        MarkValue::Point => "mdot",
        MarkValue::Exempt => "mn",
        MarkValue::Mark(_) => "",
    }
}

/// The word of a form's choice.
pub(crate) const fn fact_word(fact: Option<AbsenceFact>) -> &'static str {
    match fact {
        None => "",
        Some(AbsenceFact::Absent) => "absent",
        Some(AbsenceFact::Late(_)) => "late",
        Some(AbsenceFact::Exempt) => "exempt",
        Some(AbsenceFact::Distance) => "distance",
    }
}

/// Reads a form's choice.
pub(crate) fn parse_fact(word: &str, minutes: u8) -> Option<AbsenceFact> {
    match word {
        "absent" => Some(AbsenceFact::Absent),
        "late" => Some(AbsenceFact::Late(minutes)),
        "exempt" => Some(AbsenceFact::Exempt),
        "distance" => Some(AbsenceFact::Distance),
        _ => None,
    }
}

/// The letter of a fact in the table, and what stands above it.
pub(crate) fn fact_letter(fact: AbsenceFact, reason: Option<AbsenceReason>) -> (&'static str, String) {
    match fact {
        AbsenceFact::Absent => {
            ("н", reason.map(|reason| reason_letter(reason).to_owned()).unwrap_or_default())
        }
        AbsenceFact::Late(minutes) => ("о", minutes.to_string()),
        AbsenceFact::Exempt => ("осв", String::new()),
        AbsenceFact::Distance => ("д", String::new()),
    }
}

const fn reason_letter(reason: AbsenceReason) -> &'static str {
    match reason {
        AbsenceReason::Illness => "б",
        AbsenceReason::Valid => "у",
        AbsenceReason::Invalid => "нп",
        AbsenceReason::School => "ш",
    }
}

/// A reason in words.
pub(crate) const fn reason_word(reason: AbsenceReason) -> &'static str {
    match reason {
        AbsenceReason::Illness => "болезнь",
        AbsenceReason::Valid => "уважительная",
        AbsenceReason::Invalid => "неуважительная",
        AbsenceReason::School => "по заданию школы",
    }
}

/// A weekday's name for a heading, 1 (Monday) to 7.
pub(crate) const fn weekday_heading(weekday: u8) -> &'static str {
    match weekday {
        1 => "Понедельник",
        2 => "Вторник",
        3 => "Среда",
        4 => "Четверг",
        5 => "Пятница",
        6 => "Суббота",
        _ => "Воскресенье",
    }
}
