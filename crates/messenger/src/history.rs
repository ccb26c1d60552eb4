//! Pages of a chat's history, by message numbers.

use store::ReadTx;

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
    };
    Ok(HistoryPage { lines: lines_of(tx, rows)?, older, newer })
}
