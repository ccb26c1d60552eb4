//! Accounts of the embedded VK ID: one phone, one account (LNK-S2).

use store::{PasswordHash, Random, ReadTx, UtcInstant, WriteTx};

use crate::storage::account;
use crate::{PersonDraft, Phone, VkAccountId, VkSession, limits};

/// Numbers are drawn from here up; real ones of VK ID are as long, and the two never meet (VK-3).
const FIRST_NUMBER: i64 = 700_000_000;
/// Of how many: a school has some thousand accounts, so a drawn number is free at the first try.
const NUMBERS: u32 = 1_300_000_000;

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The phone has an account.
    #[error("the phone has an account")]
    PhoneTaken,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Draws a number that no account has.
pub(crate) fn draw_number(tx: &ReadTx<'_>, random: &Random) -> Result<VkAccountId, store::Error> {
    loop {
        let id = VkAccountId::from_row(FIRST_NUMBER + i64::from(random.below(NUMBERS)));
        if !account::exists(tx, id)? {
            return Ok(id);
        }
    }
}

/// Makes an account as the demo school's people have it; people themselves get theirs by the sign-in pages (LNK-S1).
///
/// # Errors
/// [`RegisterError::PhoneTaken`].
pub fn register(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    phone: &Phone,
    person: &PersonDraft,
    password: Option<&PasswordHash>,
) -> Result<VkAccountId, RegisterError> {
    account::free_phones(tx, now - limits::PHONE_REST)?;
    if account::find_phone(tx, phone)?.is_some() {
        return Err(RegisterError::PhoneTaken);
    }
    let id = draw_number(tx, random)?;
    account::insert(tx, now, id, phone, person)?;
    if let Some(hash) = password {
        account::set_password(tx, now, id, hash)?;
    }
    Ok(id)
}

/// The owner of a session, for a page of that session only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The personal data.
    pub person: PersonDraft,
    /// The phone, until a deleted account has freed it.
    pub phone: Option<Phone>,
}

/// Who is signed in.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn owner_of(tx: &ReadTx<'_>, session: &VkSession) -> Result<Option<Owner>, store::Error> {
    let Some(person) = account::find_person(tx, session.account)? else { return Ok(None) };
    Ok(Some(Owner { person, phone: account::phone(tx, session.account)? }))
}
