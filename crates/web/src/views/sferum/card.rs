//! A card of the diary in a bubble, as one reader sees it.

use crate::flows::Card;
use crate::views::{day_month, weekday_day};
use crate::words::{Words, say};

/// The lines of a card.
#[derive(Clone, Default)]
pub(crate) struct CardView {
    /// «Математика · к 16 октября».
    pub(crate) head: String,
    /// What the diary says.
    pub(crate) text: String,
    /// «учитель заболел».
    pub(crate) note: String,
    /// Whether there is nothing to be seen, or nothing any more.
    pub(crate) faded: bool,
}

impl CardView {
    pub(crate) fn of(card: &Card) -> Self {
        let faded = |id| Self { text: say(id), faded: true, ..Self::default() };
        match card {
            Card::Closed => faded("card-closed"),
            Card::Withdrawn => faded("card-withdrawn"),
            Card::Restored => faded("card-restored"),
            Card::Homework { subject, due, text } => Self {
                head: Words::of("card-due")
                    .with("subject", subject.clone())
                    .with("date", day_month(*due))
                    .say(),
                text: text.clone(),
                ..Self::default()
            },
            Card::Change { date, slot, planned, now, reason } => Self {
                head: Words::of("card-lesson")
                    .with("date", weekday_day(*date))
                    .with("n", u32::from(*slot))
                    .with("subject", planned.clone())
                    .say(),
                text: match now {
                    Some((subject, name)) => Words::of("card-instead")
                        .with("name", name.clone())
                        .with("subject", subject.clone())
                        .say(),
                    None => say("card-cancelled"),
                },
                note: reason.clone(),
                faded: false,
            },
        }
    }

    /// In one line, for an export.
    pub(crate) fn line(&self) -> String {
        let parts = [&self.head, &self.text, &self.note].into_iter().filter(|part| !part.is_empty());
        parts.cloned().collect::<Vec<_>>().join(" · ")
    }
}
