//! What stands above the list of chats: calls, messages that wait or were not sent, and «Не беспокоить».

use messenger::{count_scheduled, rest_of};
use school::{Present, Viewer, Zone};
use store::{ReadTx, UtcInstant};

use crate::Failure;
use crate::flows::calls_now;
use crate::views::hush::rest_words;
use crate::words::{Words, say};

/// Each line is empty when there is nothing to say.
pub(super) struct Aside {
    /// «Отложено 2 сообщения».
    pub(super) waiting: String,
    /// «Не отправлено 1 сообщение».
    pub(super) unsent: String,
    /// «Не беспокоить до …».
    pub(super) rest: String,
    /// Which calls go on; empty where the server has none.
    pub(super) calls: String,
    /// Whether any goes on.
    pub(super) is_calling: bool,
}

impl Aside {
    pub(super) fn of(
        tx: &ReadTx<'_>,
        now: UtcInstant,
        by: &Present<'_>,
        (viewer, zone, has_calls): (&Viewer, &Zone, bool),
    ) -> Result<Self, Failure> {
        let kept = count_scheduled(tx, by)?;
        let words = |id, count: u32| {
            if count == 0 { String::new() } else { Words::of(id).with("count", count).say() }
        };
        let rest = rest_of(tx, now, by.person())?;
        let mut live = if has_calls { calls_now(tx, viewer, zone, zone.date(now))? } else { Vec::new() };
        let is_calling = !live.is_empty();
        let calls = match (live.pop(), live.len()) {
            _ if !has_calls => String::new(),
            (None, _) => say("calls-none-now"),
            (Some(only), 0) => Words::of("calls-one-now").with("title", only.about.title).say(),
            (Some(_), more) => Words::of("calls-many-now").with("n", more + 1).say(),
        };
        Ok(Self {
            calls,
            is_calling,
            waiting: words("later-waiting", kept.waiting),
            unsent: words("later-unsent", kept.unsent),
            rest: rest.map(|until| rest_words(until, zone, zone.date(now))).unwrap_or_default(),
        })
    }
}
