//! What a person does with their own account at its own page: looks at it, changes the password, ends sessions, deletes it.

use store::{PasswordHash, Random, ReadTx, UtcInstant, WriteTx};

use crate::storage::{account, chain, consent, profile, session as rows};
use crate::{
    Caller, CookieToken, EduProfile, OwnerOf, PasswordCheck, PersonDraft, Phone, ProfileDraft, ProvenOwnerOf,
    Refusal, VkAccountId, VkSession, VkSessionId, fence, limits, session,
};

/// An account as its owner sees it (LNK-S3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAccount {
    /// The personal data.
    pub person: PersonDraft,
    /// The phone.
    pub phone: Phone,
    /// When it took the place of another.
    pub phone_at: Option<UtcInstant>,
    /// The educational profile.
    pub profile: Option<EduProfile>,
    /// Whether a password was ever set.
    pub has_password: bool,
}

/// One's own account.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_account(tx: &ReadTx<'_>, by: &OwnerOf<'_>) -> Result<OwnAccount, store::Error> {
    let id = by.account();
    Ok(OwnAccount {
        person: account::find_person(tx, id)?.ok_or(store::Error::NoRow)?,
        phone: account::phone(tx, id)?.ok_or(store::Error::NoRow)?,
        phone_at: account::phone_at(tx, id)?,
        profile: profile::find(tx, id)?,
        has_password: account::password(tx, id)?.is_some(),
    })
}

/// What a password has to be compared with (A18).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_password_to_check(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    by: &OwnerOf<'_>,
) -> Result<PasswordCheck, store::Error> {
    let id = by.account();
    Ok(match account::phone(tx, id)? {
        Some(phone) if fence::may_try_password(tx, now, caller, &phone)? => {
            PasswordCheck::Hash(account::password(tx, id)?)
        }
        Some(_) | None => PasswordCheck::Refused(Refusal::TooManyPasswords),
    })
}

/// The owner's names and phone, which a new password must not be made of (A9).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn own_words_of(tx: &ReadTx<'_>, by: &OwnerOf<'_>) -> Result<Vec<String>, store::Error> {
    account::own_words(tx, by.account())
}

/// Counts a wrong password (A18).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn count_wrong_own_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    caller: &Caller,
    by: &OwnerOf<'_>,
) -> Result<(), store::Error> {
    match account::phone(tx, by.account())? {
        Some(phone) => fence::count_wrong_password(tx, now, caller, &phone),
        None => Ok(()),
    }
}

/// Notes that the right password was given: the session goes on under another name (A12, A16). `None` when the password
/// is another by now than the one that was compared.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn prove(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    by: &OwnerOf<'_>,
    against: &PasswordHash,
) -> Result<Option<CookieToken>, store::Error> {
    if account::password(tx, by.account())?.as_ref() != Some(against) {
        return Ok(None);
    }
    session::renew(tx, now, random, by.session()).map(Some)
}

/// Sets another password in the place of the one that was compared; every other session and every token ends, as after a
/// reset. `None` as in [`prove`].
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn change_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    by: &OwnerOf<'_>,
    against: &PasswordHash,
    new: &PasswordHash,
) -> Result<Option<CookieToken>, store::Error> {
    let Some(token) = prove(tx, now, random, by, against)? else { return Ok(None) };
    set_password(tx, now, by, new)?;
    Ok(Some(token))
}

/// Sets the first password of an account that has none; its owner has just confirmed the phone. `None` when there is one.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn set_first_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    random: &Random,
    by: &ProvenOwnerOf<'_>,
    new: &PasswordHash,
) -> Result<Option<CookieToken>, store::Error> {
    if account::password(tx, by.account())?.is_some() {
        return Ok(None);
    }
    set_password(tx, now, by.owner(), new)?;
    session::renew(tx, now, random, by.owner().session()).map(Some)
}

fn set_password(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
    new: &PasswordHash,
) -> Result<(), store::Error> {
    account::set_password(tx, now, by.account(), new)?;
    rows::end_others(tx, now, by.account(), by.session())?;
    chain::end_of(tx, now, by.account(), None)
}

/// The sessions of one's own account that live, the last used first (A15).
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn list_own_sessions(
    tx: &ReadTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
) -> Result<Vec<VkSession>, store::Error> {
    let mut sessions = rows::list(tx, by.account())?;
    sessions.retain(|session| session.is_alive(now));
    Ok(sessions)
}

/// Notes that the session is used.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn touch_own_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
) -> Result<(), store::Error> {
    rows::touch(tx, now, by.session())
}

/// Ends a session of one's own account; false when it has ended, `None` when it is none of theirs.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn end_own_session(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
    id: VkSessionId,
) -> Result<Option<bool>, store::Error> {
    if !rows::is_of(tx, by.account(), id)? {
        return Ok(None);
    }
    rows::end(tx, now, id).map(Some)
}

/// Ends this session.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn sign_out(tx: &mut WriteTx<'_>, now: UtcInstant, by: &OwnerOf<'_>) -> Result<(), store::Error> {
    rows::end(tx, now, by.session())?;
    Ok(())
}

/// «Выйти везде»: every session and every token ends.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn sign_out_everywhere(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
) -> Result<(), store::Error> {
    end_everything(tx, now, by.account())
}

fn end_everything(tx: &mut WriteTx<'_>, now: UtcInstant, id: VkAccountId) -> Result<(), store::Error> {
    session::end_all(tx, now, id)?;
    chain::end_of(tx, now, id, None)
}

/// Deletes one's own account (LNK-S8): name, birth date, password, educational profile and consents are erased, sessions
/// and tokens end. The number is never given again, the phone rests for thirty days.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn delete_account(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &ProvenOwnerOf<'_>,
) -> Result<VkAccountId, store::Error> {
    let id = by.account();
    end_everything(tx, now, id)?;
    consent::remove_all(tx, id)?;
    profile::remove(tx, id)?;
    account::delete(tx, now, id)?;
    Ok(id)
}

/// Changes the educational profile of one's own account; the school has been asked first, where it has a say.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn save_own_profile(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &OwnerOf<'_>,
    draft: &ProfileDraft,
) -> Result<(), store::Error> {
    profile::save(tx, now, by.account(), draft)
}

/// Whether phones of deleted accounts have rested long enough.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn has_phones_to_free(tx: &ReadTx<'_>, now: UtcInstant) -> Result<bool, store::Error> {
    account::has_phones_to_free(tx, now - limits::PHONE_REST)
}

/// Frees the phones that have rested long enough (LNK-S8); gives their number.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn free_phones(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    account::free_phones(tx, now - limits::PHONE_REST)
}
