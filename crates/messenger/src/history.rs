//! Pages of a chat's history, by message numbers.

use store::{ReadTx, UtcInstant};

use crate::limits::PAGE_MOST;
use crate::line::lines_of;
use crate::{Line, MemberOf, storage};

/// Which part of the history is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The newest messages.
    Newest,
    /// The newest below a number.
    Before(i64),
    /// The oldest above a number.
    After(i64),
    /// Half a page down to a number, half a page above it.
    Around(i64),
}

/// A page of history, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPage {
    /// The messages.
    pub lines: Vec<Line>,
    /// Whether the member may see older ones.
    pub older: bool,
    /// Whether there are newer ones.
    pub newer: bool,
}

/// A page that begins nowhere before what the member may see (MSG-I9); at most 200 messages.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn history(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    span: Span,
    limit: u32,
) -> Result<HistoryPage, store::Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let chat = by.conversation().id;
    let from = by.visible_from();
    let most = limit as usize;
    let (rows, older, newer) = match span {
        Span::Newest | Span::Before(_) => {
            let before = if let Span::Before(seq) = span { seq } else { i64::MAX };
            let mut rows = storage::message::before(tx, chat, from, before, limit + 1)?;
            let older = rows.len() > most;
            rows.truncate(most);
            rows.reverse();
            let newer = before <= by.conversation().last_seq;
            (rows, older, newer)
        }
        Span::After(seq) => {
            let after = seq.max(from - 1);
            let mut rows = storage::message::after(tx, chat, after, limit + 1)?;
            let newer = rows.len() > most;
            rows.truncate(most);
            (rows, after >= from, newer)
        }
        Span::Around(seq) => {
            let half = limit / 2 + 1;
            let seq = seq.clamp(from.saturating_sub(1), by.conversation().last_seq);
            let mut rows = storage::message::before(tx, chat, from, seq.saturating_add(1), half + 1)?;
            let older = rows.len() > half as usize;
            rows.truncate(half as usize);
            rows.reverse();
            let mut above = storage::message::after(tx, chat, seq, half + 1)?;
            let newer = above.len() > half as usize;
            above.truncate(half as usize);
            rows.append(&mut above);
            (rows, older, newer)
        }
    };
    Ok(HistoryPage { lines: lines_of(tx, rows)?, older, newer })
}

/// The first message that was taken at this moment or later and that the member may see, found by halving: moments never
/// go back along the numbers of a chat (MSG-E4). `None` when all are older.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn first_since(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    moment: UtcInstant,
) -> Result<Option<i64>, store::Error> {
    let chat = by.conversation();
    let (mut low, mut high) = (by.visible_from().max(1), chat.last_seq + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let taken = storage::message::moment(tx, chat.id, middle)?;
        if taken.is_some_and(|taken| taken < moment) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok((low <= chat.last_seq).then_some(low))
}
