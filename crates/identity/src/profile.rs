//! The educational profile: a record of its own, and all of an account that a school ever sees (LNK-S3, LNK-S7).

use store::{ReadTx, UtcInstant, WriteTx};
use time::Date;

use crate::storage::{account, profile};
use crate::{
    Attempt, ClaimedRole, EduProfileId, FullName, PersonDraft, Phone, ProfileDraft, Step, VkAccountId,
};

/// An educational profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EduProfile {
    /// The row.
    pub id: EduProfileId,
    /// The name shown in the school.
    pub name: FullName,
    /// The birth date.
    pub birth_date: Date,
    /// Who the owner says to be.
    pub role: ClaimedRole,
}

/// The profile of the account that has signed in in this attempt, if it has one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_profile(tx: &ReadTx<'_>, attempt: &Attempt) -> Result<Option<EduProfile>, store::Error> {
    match signed_in(attempt) {
        Some(account) => profile::find(tx, account),
        None => Ok(None),
    }
}

/// The personal data of the account that has signed in in this attempt; they go to its owner only.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_person(tx: &ReadTx<'_>, attempt: &Attempt) -> Result<Option<PersonDraft>, store::Error> {
    match signed_in(attempt) {
        Some(account) => account::find_person(tx, account),
        None => Ok(None),
    }
}

/// The phone of the account that has signed in in this attempt; for its owner's eyes.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_phone(tx: &ReadTx<'_>, attempt: &Attempt) -> Result<Option<Phone>, store::Error> {
    match signed_in(attempt) {
        Some(account) => account::phone(tx, account),
        None => Ok(None),
    }
}

/// Makes or changes a profile as the demo school's people have it, or as the school has agreed to; people themselves make
/// theirs on the sign-in pages.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn save_profile(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    account: VkAccountId,
    draft: &ProfileDraft,
) -> Result<(), store::Error> {
    profile::save(tx, now, account, draft)
}

/// Who has given password and code in this attempt.
pub(crate) const fn signed_in(attempt: &Attempt) -> Option<VkAccountId> {
    match attempt.state.step {
        Step::ChooseProfile { account, .. }
        | Step::ReviewProfile { account, .. }
        | Step::AskConsent { account }
        | Step::Granted { account, .. }
        | Step::Entered { account } => Some(account),
        Step::AskPhone
        | Step::AskPassword(_)
        | Step::AskCode { .. }
        | Step::AskPerson { .. }
        | Step::AskNewPhone { .. }
        | Step::ResetPassword { .. }
        | Step::Locked { .. }
        | Step::Cancelled
        | Step::Expired => None,
    }
}
