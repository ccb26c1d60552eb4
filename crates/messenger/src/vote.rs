//! Voting: one vote for a person, or for a family; the last one before the end counts (MSG-B15).

use std::collections::BTreeSet;

use school::PersonId;
use store::{ReadTx, ServerKey, UtcInstant, WriteTx};

use crate::change::Change;
use crate::family::family_of;
use crate::limits::VOTES_TOLD;
use crate::poll::find_poll;
use crate::storage::poll::PollRow;
use crate::{Ballot, ClientId, MemberOf, MessageId, PollError, storage};

/// Whose vote it is.
#[derive(Clone, Copy)]
enum Voter {
    Person(PersonId),
    /// A family, by one of its children.
    Family(PersonId),
}

impl Voter {
    /// What stands in the base: in an anonymous poll a pseudonym, which nobody finds without the server key. Each poll
    /// has pseudonyms of its own.
    fn sealed(self, key: &ServerKey, anonymous: bool, message: MessageId) -> Vec<u8> {
        let (kind, person) = match self {
            Self::Person(person) => (b'p', person),
            Self::Family(child) => (b'f', child),
        };
        let plain = [&[kind][..], &person.get().to_le_bytes()].concat();
        if anonymous {
            key.mac("poll", &[&message.get().to_le_bytes()[..], &plain].concat()).to_vec()
        } else {
            plain
        }
    }
}

/// As whom the member votes: the first is the one to vote by, votes of the others are theirs too. Empty when the member
/// has no vote here.
pub(crate) fn voters_of(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    key: &ServerKey,
    poll: &PollRow,
) -> Result<Vec<Vec<u8>>, store::Error> {
    let voters: Vec<Voter> = if poll.terms.family {
        let family = family_of(tx, by.conversation(), by.person(), by.today())?;
        family.into_iter().map(Voter::Family).collect()
    } else {
        vec![Voter::Person(by.person())]
    };
    let sealed = |voter: &Voter| voter.sealed(key, poll.terms.anonymous, poll.message);
    Ok(voters.iter().map(sealed).collect())
}

/// Votes, in the place of what the member or their family chose before; with no option the vote is taken back. The same
/// command again changes nothing, whatever was chosen since.
///
/// # Errors
/// [`PollError`].
pub fn vote(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    key: &ServerKey,
    cid: ClientId,
    seq: i64,
    options: &[u32],
) -> Result<(), PollError> {
    let (message, poll) = find_poll(tx, by, seq)?;
    let voters = voters_of(tx, by, key, &poll)?;
    let Some(voter) = voters.first() else { return Err(PollError::NotFamily) };
    // What is refused below leaves no note of the command.
    if storage::poll::was_taken(tx, message.id, voter, cid)? {
        return Ok(());
    }
    if poll.closed.is_some() || poll.terms.closes.is_some_and(|closes| closes <= now) {
        return Err(PollError::Closed);
    }
    if !by.may_vote() {
        return Err(PollError::ReadOnly);
    }
    let chosen: BTreeSet<u32> = options.iter().copied().collect();
    let ballot = Ballot::read(&message.body).ok_or(PollError::NoSuchMessage)?;
    if chosen.iter().any(|option| *option == 0 || *option as usize > ballot.options.len()) {
        return Err(PollError::NoSuchOption);
    }
    if chosen.len() > 1 && !poll.terms.multiple {
        return Err(PollError::OneOnly);
    }
    for voter in &voters {
        storage::poll::withdraw(tx, message.id, voter)?;
    }
    let person = (!poll.terms.anonymous).then(|| by.person());
    for option in chosen {
        storage::poll::cast(tx, message.id, voter, option, person)?;
    }
    storage::conversation::touch(tx, message.conv)?;
    // A class that votes at once would make every open page read the poll anew for each vote.
    if storage::poll::tell(tx, message.id, now, now - VOTES_TOLD)? {
        Change::Touched { message: message.id, seq }.emit(tx, now, message.conv, None)?;
    }
    Ok(())
}

/// Whether votes wait to be told that may be told now.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_untold_votes(tx: &ReadTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    Ok(!storage::poll::untold(tx, now, now - VOTES_TOLD)?.is_empty())
}

/// Tells open pages of the votes that have come since they were last told, once for each poll.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn tell_votes(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<(), store::Error> {
    for (conv, message, seq) in storage::poll::untold(tx, now, now - VOTES_TOLD)? {
        storage::poll::tell(tx, message, now, now - VOTES_TOLD)?;
        Change::Touched { message, seq }.emit(tx, now, conv, None)?;
    }
    Ok(())
}
