//! Who signed in, as the school is told: a subject of one provider, and the claims that come with it.

use time::Date;

use crate::{ClaimedRole, FullName, SignInPath, VkAccountId};

/// Whose user id it is. Numbers of different providers never name the same person (VK-3, O7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    /// The VK ID embedded in this program.
    Embedded,
    /// The real VK ID.
    Vk,
}

impl Provider {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Vk => "vk",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Embedded, Self::Vk].into_iter().find(|provider| provider.word() == word)
    }
}

/// A user id as a provider gives it: 1 to 2^63 − 1, as number or as text on the wire (VK-57).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VkUserId(i64);

impl VkUserId {
    /// Takes a number; `None` for zero and below.
    #[must_use]
    pub const fn new(id: i64) -> Option<Self> {
        if id > 0 { Some(Self(id)) } else { None }
    }

    /// Reads plain decimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten().and_then(Self::new)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// Provider and user id: the only thing that a person is recognised by (LNK-L2, O6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VkSubject {
    provider: Provider,
    user: VkUserId,
}

impl VkSubject {
    /// A subject of either provider.
    #[must_use]
    pub const fn new(provider: Provider, user: VkUserId) -> Self {
        Self { provider, user }
    }

    /// The provider.
    #[must_use]
    pub const fn provider(self) -> Provider {
        self.provider
    }

    /// The user id.
    #[must_use]
    pub const fn user(self) -> VkUserId {
        self.user
    }

    /// The subject of an account of the embedded VK ID.
    #[must_use]
    pub const fn of_account(account: VkAccountId) -> Option<Self> {
        match VkUserId::new(account.get()) {
            Some(user) => Some(Self { provider: Provider::Embedded, user }),
            None => None,
        }
    }
}

/// The educational profile as the school's own client gets it, in process only (LNK-S7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EduClaims {
    /// The name in the profile.
    pub name: FullName,
    /// The birth date in the profile.
    pub birth_date: Date,
    /// Who the owner says to be.
    pub role: ClaimedRole,
    /// Which way of the guide was walked.
    pub path: SignInPath,
}

#[cfg(test)]
mod tests {
    use super::{Provider, VkSubject, VkUserId};

    #[test]
    fn one_number_under_two_providers_is_two_subjects() {
        // VK-3, O7
        let user = VkUserId::parse("700100200").unwrap();
        assert_ne!(VkSubject::new(Provider::Embedded, user), VkSubject::new(Provider::Vk, user));
    }

    #[test]
    fn user_ids_are_positive_and_fit_sixty_three_bits() {
        // O8 case 11
        assert_eq!(VkUserId::parse("9223372036854775807").map(VkUserId::get), Some(i64::MAX));
        for bad in ["", "0", "-1", "01", "1e3", " 1", "9223372036854775808", "٣"] {
            assert_eq!(VkUserId::parse(bad), None, "{bad:?}");
        }
    }
}
