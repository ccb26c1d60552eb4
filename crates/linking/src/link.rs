//! A link, and the one way in which its state changes: ask the machine, save, log, and tell what chats must do.

use identity::Provider;
use school::{PersonId, Present};
use store::{ReadTx, UtcInstant, WriteTx};

use crate::storage::{change, link, log};
use crate::{Effect, Event, LinkError, LinkId, Refusal, State, transition};

/// The link of one person with one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The row; absent until the first attempt.
    pub id: Option<LinkId>,
    /// Whose.
    pub person: PersonId,
    /// With whom.
    pub provider: Provider,
    /// Where it is.
    pub state: State,
}

/// What a verb changed for «Сферум»; chats and sockets must follow in the same transaction (LNK-L4).
#[must_use = "hand this to the flow that opens or closes the chats in the same transaction (LNK-L4)"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkChange {
    /// Nothing.
    Same,
    /// The person's link became active.
    Entered(PersonId),
    /// The person's link is active no more.
    Left(PersonId),
}

impl Link {
    pub(crate) const fn nothing(person: PersonId, provider: Provider) -> Self {
        Self { id: None, person, provider, state: State::Unlinked }
    }
}

/// The link of the person who asks.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn link_of(tx: &ReadTx<'_>, who: &Present<'_>, provider: Provider) -> Result<Link, store::Error> {
    find_link(tx, who.person(), provider)
}

/// The link that counts for the person who asks: one that stands, with whichever provider it was made, else the one
/// with the provider that the school has chosen now.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn present_link(
    tx: &ReadTx<'_>,
    who: &Present<'_>,
    chosen: Option<Provider>,
) -> Result<Link, store::Error> {
    match link::find_standing(tx, who.person())? {
        Some(link) => Ok(link),
        None => find_link(tx, who.person(), chosen.unwrap_or(Provider::Embedded)),
    }
}

pub(crate) fn find_link(tx: &ReadTx<'_>, person: PersonId, provider: Provider) -> Result<Link, store::Error> {
    Ok(link::find(tx, person, provider)?.unwrap_or_else(|| Link::nothing(person, provider)))
}

/// The state's word of a person's link, for the menu's tab; tells nothing of who is linked.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn state_word(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    person: PersonId,
    provider: Provider,
) -> Result<&'static str, store::Error> {
    Ok(find_link(tx, person, provider)?.state.at(now).word())
}

/// Whether a person has an active link, with whichever provider.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn is_active(tx: &ReadTx<'_>, person: PersonId) -> Result<bool, store::Error> {
    link::is_active(tx, person)
}

/// Takes a link one event on.
pub(crate) fn apply(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    mut link: Link,
    event: Event,
    actor: Option<PersonId>,
    why: Option<&str>,
) -> Result<(Link, LinkChange), LinkError> {
    let word = event.word();
    let (state, effects) = transition(&link.state, event, now)?;
    if state == link.state {
        return Ok((link, LinkChange::Same));
    }
    let id = match link::save(tx, now, &link, &state) {
        // Between the look at who holds the subject and this row stands nobody: there is one writer. Two links of one
        // person with two providers may still meet here.
        Err(error) if error.is_constraint() => return Err(Refusal::SubjectTaken.into()),
        saved => saved?,
    };
    let row = log::NewRow {
        link: id,
        person: link.person,
        actor,
        event: word,
        from: link.state.word(),
        to: state.word(),
        subject: state.subject().or_else(|| link.state.subject()),
        why,
    };
    log::insert(tx, now, &row)?;
    if state.subject() != link.state.subject() {
        change::drop_of(tx, now, id)?;
    }
    link.id = Some(id);
    link.state = state;
    let change = effects.into_iter().fold(LinkChange::Same, |_, effect| match effect {
        Effect::Enrol => LinkChange::Entered(link.person),
        Effect::Withdraw => LinkChange::Left(link.person),
    });
    Ok((link, change))
}
