//! A poll as its readers see it, in a bubble or in an export.

use messenger::{EvidencePoll, Poll, PollTerms};
use school::Zone;
use serde::Serialize;
use time::Date;

use crate::views::moment;
use crate::words::{Words, count, say};

/// One option.
pub(crate) struct OptionView {
    /// From 1.
    pub(crate) n: u32,
    pub(crate) text: String,
    pub(crate) own: bool,
    pub(crate) votes: u32,
    /// «5 голосов, 42 %»; empty while the numbers are a secret.
    pub(crate) line: String,
}

/// A poll.
pub(crate) struct PollView {
    pub(crate) question: String,
    pub(crate) options: Vec<OptionView>,
    /// How many took part, for the bars; at least one.
    pub(crate) most: u32,
    pub(crate) multiple: bool,
    pub(crate) may_vote: bool,
    pub(crate) voted: bool,
    pub(crate) may_close: bool,
    pub(crate) may_see_votes: bool,
    /// What there is to know: how it counts, until when, how many have voted.
    pub(crate) notes: Vec<String>,
}

/// «5 голосов, 42 %», the share of those who took part.
fn votes_line(votes: u32, voters: u32) -> String {
    let share = (u64::from(votes) * 200 + u64::from(voters)) / (u64::from(voters) * 2).max(1);
    Words::of("poll-votes").with("count", votes).with("share", share).say()
}

/// How a poll counts, in words.
fn terms_words(terms: PollTerms, closed: bool) -> Vec<String> {
    let mut words = Vec::new();
    if terms.anonymous {
        words.push(say(if closed { "poll-anonymous-closed" } else { "poll-anonymous" }));
    }
    if terms.family {
        words.push(say("poll-family"));
    }
    if terms.multiple && !closed {
        words.push(say("poll-multiple"));
    }
    words
}

impl PollView {
    pub(crate) fn of(poll: &Poll, zone: &Zone, today: Date) -> Self {
        let mut notes = terms_words(poll.terms, poll.closed);
        if poll.closed {
            notes.insert(0, say("poll-closed"));
        } else if let Some(closes) = poll.terms.closes {
            notes.push(Words::of("poll-until").with("moment", moment(zone.local(closes), today)).say());
        }
        if poll.voted && poll.own.is_empty() {
            notes.push(say(if poll.terms.family { "poll-family-voted" } else { "poll-voted" }));
        }
        let took_part = if poll.terms.family { "poll-families" } else { "poll-voters" };
        notes.push(count(took_part, poll.voters as usize));
        let options = (1..).zip(poll.ballot.options.iter().enumerate()).map(|(n, (at, text))| {
            let votes = poll.counts.as_ref().and_then(|counts| counts.get(at)).copied();
            OptionView {
                n,
                text: text.clone(),
                own: poll.own.contains(&n),
                votes: votes.unwrap_or(0),
                line: votes.map(|votes| votes_line(votes, poll.voters)).unwrap_or_default(),
            }
        });
        Self {
            question: poll.ballot.question.clone(),
            options: options.collect(),
            most: poll.voters.max(1),
            multiple: poll.terms.multiple,
            may_vote: poll.may_vote,
            voted: poll.voted,
            may_close: poll.may_close,
            may_see_votes: poll.may_see_votes,
            notes,
        }
    }
}

/// How a poll stands, in an export or before those who answer for safety.
#[derive(Serialize)]
pub(crate) struct PollFigures {
    voters: u32,
    options: Vec<Figure>,
}

/// One option of it.
#[derive(Serialize)]
struct Figure {
    text: String,
    /// Absent while an anonymous poll is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    votes: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<String>,
}

impl PollFigures {
    /// As a member sees it: numbers alone.
    pub(crate) fn of_poll(poll: Poll) -> Self {
        let votes = |at: usize| poll.counts.as_ref().and_then(|counts| counts.get(at)).copied();
        let options = poll.ballot.options.into_iter().enumerate();
        let options = options.map(|(at, text)| Figure { votes: votes(at), text, people: Vec::new() });
        Self { voters: poll.voters, options: options.collect() }
    }

    /// As those see it who answer for safety.
    pub(crate) fn of_evidence(poll: EvidencePoll) -> Self {
        let options = poll.options.into_iter();
        let options = options.map(|(text, votes, people)| Figure { text, votes, people });
        Self { voters: poll.voters, options: options.collect() }
    }

    /// For the page: «Музей: 5 голосов, 42 %».
    pub(crate) fn lines(&self) -> Vec<String> {
        let voters = count("poll-voters", self.voters as usize);
        let line = |figure: &Figure| {
            let votes = figure.votes.map(|votes| votes_line(votes, self.voters)).unwrap_or_default();
            [figure.text.clone(), votes, figure.people.join(", ")]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
        };
        std::iter::once(voters).chain(self.options.iter().map(line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::votes_line;

    #[test]
    fn shares_are_rounded_and_of_nobody_there_is_none() {
        let said = [(0, 0), (1, 3), (2, 3), (5, 5), (1, 200), (21, 40)]
            .map(|(votes, voters)| votes_line(votes, voters).replace('\u{a0}', " "));
        assert_eq!(
            said,
            [
                "0 голосов, 0 %",
                "1 голос, 33 %",
                "2 голоса, 67 %",
                "5 голосов, 100 %",
                "1 голос, 1 %",
                "21 голос, 53 %"
            ]
        );
    }
}
