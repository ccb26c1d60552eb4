//! Finding messages by their words (MSG-Q1–Q7), with the rights of the moment.
//!
//! What may be found is what may be read: every page begins with the proofs of membership, so whoever is removed between
//! two pages finds nothing on the second (MSG-Q7). Messages above the index's mark are looked through one by one, so a
//! message is found as soon as it is stored (MSG-I16).

mod index;
mod people;
mod query;
mod snippet;
mod stem;
pub(crate) mod words;

use store::ReadTx;

use crate::line::lines_of;
use crate::{Line, MemberOf, MessageId, storage};

pub(crate) use index::renew;
pub use index::{Indexed, index_more, is_index_behind};
pub use people::{FoundPerson, find_people};
pub use query::{Query, QueryFault};
pub use snippet::{Piece, Snippet};

/// Messages on a page of results.
pub const HITS: usize = 50;
/// Messages above the index's mark that a search looks through. The mark lags by a second or two; only while the index
/// is built anew is there more above it, and then the page says that it is not complete.
const TAIL: u32 = 5_000;
/// Up to so many chats are intersected with the words by the index itself. Who is in more of them may see much of what is
/// found anyway, and looking each hit up costs less than walking the lists of fifty chats (10 ms against 4).
const FEW: usize = 12;

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The message.
    pub line: Line,
    /// The part of its text that holds the words.
    pub snippet: Snippet,
    /// Whether each word stands in it as it was asked for, letter by letter.
    pub exact: bool,
}

/// A page of what was found: the newest fifty, of them those first that hold the words exactly as asked (MSG-Q2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HitPage {
    /// What was found.
    pub hits: Vec<Hit>,
    /// Where the next page goes on, if there is more.
    pub next: Option<i64>,
    /// Whether older messages are still being put into the index.
    pub behind: bool,
}

/// Finds messages in the chats that these proofs open: only what each member may see (MSG-I9), nothing deleted
/// (MSG-I11). `before` is what the page before gave as `next`.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn search(
    tx: &ReadTx<'_>,
    rooms: &[MemberOf<'_>],
    query: &Query,
    before: Option<i64>,
) -> Result<HitPage, store::Error> {
    if rooms.is_empty() {
        return Ok(HitPage::default());
    }
    let before = before.unwrap_or(i64::MAX);
    let reach = reach_of(rooms);
    let upto = index::upto(tx)?;
    let tail = storage::search::tail(tx, upto, before, &reach, TAIL)?;
    let behind = tail.len() >= TAIL as usize;
    let mut found: Vec<MessageId> =
        tail.into_iter().filter(|(_, body)| query.finds(body)).map(|(id, _)| id).take(HITS + 1).collect();
    if found.len() <= HITS && upto > 0 {
        let chats: Vec<_> = rooms.iter().map(|room| room.conversation().id).collect();
        let asked = query.expression(if chats.len() <= FEW { &chats } else { &[] });
        let most = u32::try_from(HITS + 1 - found.len()).unwrap_or(0);
        found.extend(storage::search::indexed(tx, &asked, before, &reach, most)?);
    }
    let more = found.len() > HITS;
    found.truncate(HITS);
    let next = if more { found.last().map(|id| id.get()) } else { None };
    let lines = lines_of(tx, storage::message::by_ids(tx, &found)?)?;
    let hit = |line: Line| {
        let text = line.text.as_deref()?;
        let (snippet, exact) = (Snippet::of(text, query), query.stands_in(text));
        Some(Hit { line, snippet, exact })
    };
    let mut hits: Vec<Hit> = lines.into_iter().filter_map(hit).collect();
    // Pages follow the order in which messages were stored; within one the moment decides, for a base that was filled
    // from elsewhere may hold an older chat behind a newer one.
    hits.sort_by_key(|hit| (!hit.exact, std::cmp::Reverse((hit.line.ts, hit.line.id.get()))));
    Ok(HitPage { hits, next, behind })
}

/// What may be seen, as the JSON object that the statements read: the first visible message of each chat.
fn reach_of(rooms: &[MemberOf<'_>]) -> String {
    let chats: Vec<String> = rooms
        .iter()
        .map(|room| format!("\"{}\":{}", room.conversation().id.get(), room.visible_from()))
        .collect();
    format!("{{{}}}", chats.join(","))
}
