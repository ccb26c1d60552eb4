use rusqlite::params;
use school::{PersonId, TermId};
use store::{ReadTx, UtcInstant, WriteTx, sql};

use crate::term::{TermDecision, TermState};

pub(crate) fn decision(tx: &ReadTx<'_>, term: TermId) -> Result<Option<TermDecision>, store::Error> {
    tx.find(
        sql!("SELECT state, closes_at FROM diary_term_state WHERE term = ?1 ORDER BY revision DESC LIMIT 1"),
        [term],
        |row| {
            let state: Option<String> = row.get(0)?;
            let state = match state {
                Some(word) => Some(TermState::from_word(&word).ok_or_else(|| super::bad_word("term state"))?),
                None => None,
            };
            Ok(TermDecision { state, closes_at: row.get(1)? })
        },
    )
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    term: TermId,
    decision: TermDecision,
    author: Option<PersonId>,
    reason: Option<&str>,
) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "INSERT INTO diary_term_state (term, revision, state, closes_at, reason, author, at)
             SELECT ?1, COALESCE(MAX(revision), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM diary_term_state WHERE term = ?1"
        ),
        params![term, decision.state.map(TermState::word), decision.closes_at, reason, author, now],
    )?;
    Ok(())
}

pub(crate) fn forget_unauthored(tx: &mut WriteTx<'_>, term: TermId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM diary_term_state WHERE term = ?1 AND author IS NULL"), [term])?;
    Ok(())
}
