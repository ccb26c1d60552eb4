//! Messages with every text they ever had, as those see them who look into a report or have opened a chat.

use school::PersonId;
use store::{ReadTx, UtcInstant};

use crate::storage::evidence::TextRow;
use crate::{Attachment, ConversationId, storage};

/// What became of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextState {
    /// It is what members see.
    Present,
    /// It was changed into the next one.
    Earlier,
    /// It was the last one before the deletion.
    Deleted,
}

impl TextState {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "present" => Some(Self::Present),
            "earlier" => Some(Self::Earlier),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }
}

/// One text of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceText {
    /// Since when it stood there.
    pub since: UtcInstant,
    /// What became of it.
    pub state: TextState,
    /// The text.
    pub body: String,
}

/// One message with its texts, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its number in the chat.
    pub seq: i64,
    /// Who wrote it.
    pub sender: PersonId,
    /// «Варвара Ильина».
    pub name: String,
    /// Every text it had.
    pub texts: Vec<EvidenceText>,
    /// The files it carries or, deleted, carried.
    pub files: Vec<Attachment>,
}

/// Puts rows, ordered by number and revision, together by message.
pub(crate) fn gather(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    rows: Vec<TextRow>,
) -> Result<Vec<Evidence>, store::Error> {
    let mut senders: Vec<PersonId> = rows.iter().map(|row| row.sender).collect();
    senders.sort_unstable();
    senders.dedup();
    let names = school::names_of(tx, &senders)?;
    let mut found: Vec<Evidence> = Vec::new();
    for row in rows {
        let text = EvidenceText { since: row.ts, state: row.state, body: row.body };
        match found.last_mut() {
            Some(last) if last.seq == row.seq => last.texts.push(text),
            Some(_) | None => found.push(Evidence {
                seq: row.seq,
                sender: row.sender,
                name: names.get(&row.sender).map(school::PersonName::short).unwrap_or_default(),
                texts: vec![text],
                files: Vec::new(),
            }),
        }
    }
    let seqs: Vec<i64> = found.iter().map(|evidence| evidence.seq).collect();
    for (seq, n, row) in storage::attachment::of_evidence(tx, conv, &seqs)? {
        if let Some(evidence) = found.iter_mut().find(|evidence| evidence.seq == seq) {
            evidence.files.push(Attachment::of(n, &row));
        }
    }
    Ok(found)
}
