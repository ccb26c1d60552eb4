//! What stands above the list of chats: messages that wait or were not sent, and «Не беспокоить».

use messenger::{count_scheduled, rest_of};
use school::{Present, Zone};
use store::{ReadTx, UtcInstant};

use crate::views::hush::rest_words;
use crate::words::Words;

/// Each line is empty when there is nothing to say.
pub(super) struct Aside {
    /// «Отложено 2 сообщения».
    pub(super) waiting: String,
    /// «Не отправлено 1 сообщение».
    pub(super) unsent: String,
    /// «Не беспокоить до …».
    pub(super) rest: String,
}

impl Aside {
    pub(super) fn of(
        tx: &ReadTx<'_>,
        now: UtcInstant,
        by: &Present<'_>,
        zone: &Zone,
    ) -> Result<Self, store::Error> {
        let kept = count_scheduled(tx, by)?;
        let words = |id, count: u32| {
            if count == 0 { String::new() } else { Words::of(id).with("count", count).say() }
        };
        let rest = rest_of(tx, now, by.person())?;
        Ok(Self {
            waiting: words("later-waiting", kept.waiting),
            unsent: words("later-unsent", kept.unsent),
            rest: rest.map(|until| rest_words(until, zone, zone.date(now))).unwrap_or_default(),
        })
    }
}
