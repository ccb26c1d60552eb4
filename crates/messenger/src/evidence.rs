//! Messages with every text they ever had, as those see them who look into a report or have opened a chat.

use school::PersonId;
use store::{ReadTx, UtcInstant};

use crate::storage::evidence::TextRow;
use crate::{Attachment, Ballot, ConversationId, ReportId, storage};

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
    /// How the poll stands or stood, if it is one.
    pub poll: Option<EvidencePoll>,
}

/// A poll as those see it who look into something. Who chose what in an anonymous one they do not learn either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidencePoll {
    /// How many people or families took part.
    pub voters: u32,
    /// Each option with its votes and who gave them; of an open anonymous poll there are no votes to be seen.
    pub options: Vec<(String, Option<u32>, Vec<String>)>,
}

/// What is known of the votes of a stretch: numbers by message and option, 0 being how many took part, and people.
pub(crate) struct KnownVotes {
    pub(crate) counts: Vec<(i64, u32, u32)>,
    pub(crate) people: Vec<(i64, u32, PersonId)>,
}

impl KnownVotes {
    /// As they stand now in these messages of a chat.
    fn now(tx: &ReadTx<'_>, conv: ConversationId, seqs: &[i64]) -> Result<Self, store::Error> {
        let polls = storage::poll::among(tx, conv, seqs)?;
        let ids: Vec<_> = polls.iter().map(|(_, message, _)| *message).collect();
        let of = |wanted| polls.iter().find(|(_, message, _)| *message == wanted);
        let counted = storage::poll::counts(tx, &ids)?.into_iter().filter_map(|(message, option, votes)| {
            let (seq, _, secret) = of(message)?;
            (option == 0 || !secret).then_some((*seq, option, votes))
        });
        let asked = polls.iter().map(|(seq, ..)| (*seq, 0, 0));
        let counts = counted.chain(asked).collect();
        let people = storage::poll::people(tx, &ids)?.into_iter();
        let people =
            people.filter_map(|(message, option, person)| Some((of(message)?.0, option, person))).collect();
        Ok(Self { counts, people })
    }

    /// As a report has frozen them.
    pub(crate) fn frozen(tx: &ReadTx<'_>, report: ReportId) -> Result<Self, store::Error> {
        Ok(Self {
            counts: storage::poll::frozen(tx, report)?,
            people: storage::poll::frozen_people(tx, report)?,
        })
    }

    fn put_into(self, tx: &ReadTx<'_>, found: &mut [Evidence]) -> Result<(), store::Error> {
        let voters: Vec<PersonId> = self.people.iter().map(|(.., person)| *person).collect();
        let names = school::names_of(tx, &voters)?;
        let name = |person: &PersonId| names.get(person).map(school::PersonName::short).unwrap_or_default();
        for evidence in found {
            let of_poll = || self.counts.iter().filter(|(seq, ..)| *seq == evidence.seq);
            // The text stays with a deleted poll, as its last one.
            let ballot = evidence.texts.last().and_then(|text| Ballot::read(&text.body));
            let Some(ballot) = ballot.filter(|_| of_poll().next().is_some()) else { continue };
            let sum = |wanted: u32| {
                of_poll().filter(|(_, option, _)| *option == wanted).map(|(.., votes)| *votes).sum::<u32>()
            };
            let voters = sum(0);
            let is_secret = voters > 0 && of_poll().all(|(_, option, _)| *option == 0);
            let options = (1..).zip(ballot.options).map(|(option, text)| {
                let chosen = self.people.iter().filter(|(seq, of, _)| (*seq, *of) == (evidence.seq, option));
                let names = chosen.map(|(.., person)| name(person)).collect();
                (text, (!is_secret).then(|| sum(option)), names)
            });
            evidence.poll = Some(EvidencePoll { voters, options: options.collect() });
        }
        Ok(())
    }
}

/// Puts rows, ordered by number and revision, together by message; polls as the votes say, or as they stand now.
pub(crate) fn gather(
    tx: &ReadTx<'_>,
    conv: ConversationId,
    rows: Vec<TextRow>,
    votes: Option<KnownVotes>,
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
                poll: None,
            }),
        }
    }
    let seqs: Vec<i64> = found.iter().map(|evidence| evidence.seq).collect();
    for (seq, n, row) in storage::attachment::of_evidence(tx, conv, &seqs)? {
        if let Some(evidence) = found.iter_mut().find(|evidence| evidence.seq == seq) {
            evidence.files.push(Attachment::of(n, &row));
        }
    }
    let votes = match votes {
        Some(votes) => votes,
        None => KnownVotes::now(tx, conv, &seqs)?,
    };
    votes.put_into(tx, &mut found)?;
    Ok(found)
}
