//! Who prints slips for whom (DIA-F43, DIA-F44): the homeroom teacher for the class, the administrator for everybody.

use std::marker::PhantomData;

use store::{Random, ReadTx, ServerKey, UtcInstant, WriteTx};
use time::Date;

use crate::{
    AccountState, Administrator, ClassGroupId, HomeroomOf, PersonCard, PersonId, Slip, directory, storage,
};

/// The right to print slips for a circle of people, with their cards of that day. Made from a proof only.
#[derive(Clone, Debug)]
pub struct SlipDesk<'t> {
    cards: Vec<PersonCard>,
    serves_staff: bool,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

/// Why no slip is printed for somebody of the circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipBar {
    /// A member of staff, and the desk is a homeroom teacher's: with a slip one could take over rights that the
    /// teacher does not have.
    Staff,
    /// They have no login.
    NoLogin,
    /// Their way in is closed, so the slip would not work.
    Blocked,
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum SlipDeskError {
    /// Nobody was chosen.
    #[error("nobody is chosen")]
    Nobody,
    /// Somebody is not of this circle.
    #[error("not of this desk's circle")]
    Foreign,
    /// No slip is printed for one of those chosen.
    #[error("no slip for one of them: {why:?}")]
    Barred {
        /// The name.
        name: String,
        /// Why.
        why: SlipBar,
    },
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl<'t> SlipDesk<'t> {
    fn of(cards: Vec<PersonCard>, serves_staff: bool) -> Self {
        Self { cards, serves_staff, brand: PhantomData }
    }

    /// The homeroom teacher's: the pupils of the class and their guardians with access.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn of_homeroom(tx: &ReadTx<'t>, by: &HomeroomOf<'t>, on: Date) -> Result<Self, store::Error> {
        Ok(Self::of(crate::homeroom_cards(tx, by, on)?, false))
    }

    /// The administrator's, for the people of a class.
    ///
    /// # Errors
    /// [`store::Error::NoRow`] when there is no such class.
    pub fn of_class(
        tx: &ReadTx<'t>,
        _by: &Administrator<'t>,
        class: ClassGroupId,
        on: Date,
    ) -> Result<Self, store::Error> {
        let class = crate::load_class_group(tx, class)?;
        Ok(Self::of(directory::class_cards(tx, class.id, on)?, true))
    }

    /// The administrator's, for the staff.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn of_staff(tx: &ReadTx<'t>, _by: &Administrator<'t>, on: Date) -> Result<Self, store::Error> {
        let mut cards = Vec::new();
        for person in crate::staff(tx, on)? {
            cards.extend(storage::directory::find(tx, person, on)?);
        }
        Ok(Self::of(cards, true))
    }

    /// The administrator's, for one person.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn of_person(
        tx: &ReadTx<'t>,
        by: &Administrator<'t>,
        person: PersonId,
        on: Date,
    ) -> Result<Self, store::Error> {
        Ok(Self::of(crate::find_person_card(tx, by, person, on)?.into_iter().collect(), true))
    }

    /// The people of the circle.
    #[must_use]
    pub fn cards(&self) -> &[PersonCard] {
        &self.cards
    }

    /// Why no slip is printed here for somebody; `None` when one is.
    #[must_use]
    pub fn bar(&self, card: &PersonCard) -> Option<SlipBar> {
        match &card.account {
            _ if !self.serves_staff && card.roles.is_staff() => Some(SlipBar::Staff),
            None => Some(SlipBar::NoLogin),
            Some((_, AccountState::Blocked)) => Some(SlipBar::Blocked),
            Some((_, AccountState::New | AccountState::SlipOpen | AccountState::Active)) => None,
        }
    }

    /// Prints a slip for each of those chosen, in the order of the cards; slips printed before stop working. It is
    /// all or none.
    ///
    /// # Errors
    /// [`SlipDeskError`]; no slip is then changed.
    pub fn issue(
        &self,
        tx: &mut WriteTx<'_>,
        now: UtcInstant,
        key: &ServerKey,
        random: &Random,
        chosen: &[PersonId],
    ) -> Result<Vec<(PersonCard, Slip)>, SlipDeskError> {
        if chosen.is_empty() {
            return Err(SlipDeskError::Nobody);
        }
        if chosen.iter().any(|person| self.cards.iter().all(|card| card.id != *person)) {
            return Err(SlipDeskError::Foreign);
        }
        let chosen: Vec<&PersonCard> = self.cards.iter().filter(|card| chosen.contains(&card.id)).collect();
        let barred = |card: &PersonCard, why| SlipDeskError::Barred { name: card.name.full(), why };
        if let Some((card, why)) = chosen.iter().find_map(|card| Some((card, self.bar(card)?))) {
            return Err(barred(card, why));
        }
        let mut slips = Vec::new();
        for card in chosen {
            let account = storage::account::find_by_person(tx, card.id)?
                .ok_or_else(|| barred(card, SlipBar::NoLogin))?;
            slips.push((card.clone(), crate::issue_slip(tx, now, key, random, &account)?));
        }
        Ok(slips)
    }
}
