//! Why pupils may not write, in words.

use messenger::Silence;

use super::moment;
use crate::words::Words;

/// «07:00».
pub(crate) fn clock_of(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Until when one may not write, and why.
pub(crate) fn silence_words(silence: &Silence) -> Words {
    match silence {
        Silence::Muted { until, now, reason, all } => {
            let words = Words::of(match (all, reason) {
                (true, None) => "silence-all",
                (true, Some(_)) => "silence-all-why",
                (false, None) => "silence-one",
                (false, Some(_)) => "silence-one-why",
            });
            let words = words.with("until", moment(*until, now.date));
            match reason {
                Some(reason) => words.with("reason", reason.clone()),
                None => words,
            }
        }
        Silence::Lesson { ends } => Words::of("silence-lesson").with("ends", clock_of(*ends)),
        Silence::Closed { opens, closes } => {
            Words::of("silence-hours").with("opens", clock_of(*opens)).with("closes", clock_of(*closes))
        }
    }
}
