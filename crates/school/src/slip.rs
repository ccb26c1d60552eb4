//! Login slips (A23, DIA-F43): a one-time code on paper with which the owner sets their own password.

use store::{Random, ServerKey, UtcInstant, WriteTx};
use time::Duration;

use crate::{AccountId, PortalAccount, storage};

/// How long a slip waits for its owner.
const LIFETIME: Duration = Duration::days(30);
/// Crockford's letters: nothing that a reader could take for something else.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Twelve letters of five bits: 60 bits.
const LENGTH: usize = 12;

/// A slip's code: sixty random bits as `K7QM-4T9P-XW2D`. Shown once; the base keeps its HMAC.
#[derive(Clone, PartialEq, Eq)]
pub struct SlipCode([u8; LENGTH]);

impl SlipCode {
    /// Draws a code.
    #[must_use]
    pub fn draw(random: &Random) -> Self {
        // A byte's low five bits are uniform, so no letter is likelier than another.
        Self(random.bytes::<LENGTH>().map(|byte| LETTERS[usize::from(byte & 31)]))
    }

    /// Reads what a person typed from paper: case, spaces and hyphens do not matter, look-alikes are understood.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut code = [0; LENGTH];
        let mut count = 0;
        for sign in text.chars().filter(|sign| !matches!(sign, '-' | '–' | ' ' | '\u{a0}')) {
            let upper = match sign.to_ascii_uppercase() {
                'O' | 'О' | 'о' => '0',
                'I' | 'L' => '1',
                'А' | 'а' => 'A',
                'В' | 'в' => 'B',
                'С' | 'с' => 'C',
                'Е' | 'е' => 'E',
                'Н' | 'н' => 'H',
                'К' | 'к' => 'K',
                'М' | 'м' => 'M',
                'Р' | 'р' => 'P',
                'Т' | 'т' => 'T',
                'Х' | 'х' => 'X',
                other => other,
            };
            let byte = u8::try_from(upper).ok().filter(|byte| LETTERS.contains(byte))?;
            *code.get_mut(count)? = byte;
            count += 1;
        }
        (count == LENGTH).then_some(Self(code))
    }

    /// The code as it is printed, in three groups.
    #[must_use]
    pub fn printed(&self) -> String {
        self.0
            .chunks(4)
            .map(|group| group.iter().map(|byte| char::from(*byte)).collect::<String>())
            .collect::<Vec<_>>()
            .join("-")
    }

    fn tag(&self, key: &ServerKey, account: AccountId) -> [u8; 32] {
        key.mac("slip", &[account.get().to_le_bytes().as_slice(), &self.0].concat())
    }
}

impl std::fmt::Debug for SlipCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SlipCode(***)")
    }
}

/// A slip ready to be printed.
#[derive(Clone, Debug)]
pub struct Slip {
    /// The login.
    pub login: String,
    /// The code, to be shown once.
    pub code: SlipCode,
    /// When it stops working.
    pub expires: UtcInstant,
}

/// Why a slip was not taken. Unknown login, wrong code and old code are one answer (A8).
#[derive(Debug, thiserror::Error)]
pub enum SlipError {
    /// Login and code do not go together, or the code has expired or been used.
    #[error("no such slip")]
    Wrong,
    /// The account is blocked.
    #[error("the account is blocked")]
    Blocked,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Issues a slip; one printed before stops working.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn issue_slip(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    random: &Random,
    account: &PortalAccount,
) -> Result<Slip, store::Error> {
    let code = SlipCode::draw(random);
    let expires = now + LIFETIME;
    storage::slip::replace(tx, account.id, &code.tag(key, account.id), now, expires)?;
    Ok(Slip { login: account.login.clone(), code, expires })
}

/// Uses a slip: one conditional statement takes it away, so of many at once one wins (K10). Returns the account,
/// which has no password of that slip yet.
///
/// # Errors
/// [`SlipError::Wrong`], [`SlipError::Blocked`].
pub fn redeem_slip(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    key: &ServerKey,
    login: &str,
    code: &SlipCode,
) -> Result<PortalAccount, SlipError> {
    let account = crate::find_account(tx, login)?.ok_or(SlipError::Wrong)?;
    if !storage::slip::take(tx, account.id, &code.tag(key, account.id), now)? {
        return Err(SlipError::Wrong);
    }
    if account.blocked.is_some() {
        return Err(SlipError::Blocked);
    }
    Ok(account)
}

/// Forgets slips whose time is over, so that nobody is shown as one who still holds a slip; returns how many.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn purge_slips(tx: &mut WriteTx<'_>, now: UtcInstant) -> Result<usize, store::Error> {
    storage::slip::remove_expired(tx, now)
}

#[cfg(test)]
mod tests {
    use store::Random;

    use super::SlipCode;

    #[test]
    fn a_code_survives_paper_and_a_russian_keyboard() {
        let code = SlipCode::draw(&Random::seeded(3));
        assert_eq!(SlipCode::parse(&code.printed().to_lowercase().replace('-', " ")), Some(code));
        assert_eq!(SlipCode::parse("авск-01ol-XTPM").unwrap().printed(), "ABCK-0101-XTPM");
        for bad in ["", "K7QM-4T9P-XW2", "K7QM-4T9P-XW2DD", "K7QM-4T9P-XW2U", "٣٣٣٣-4T9P-XW2D"] {
            assert_eq!(SlipCode::parse(bad), None, "{bad}");
        }
    }
}
