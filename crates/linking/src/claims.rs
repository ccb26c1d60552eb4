//! What a provider says of a subject, and by which way it came.

use identity::{ClaimedRole, EduClaims, FullName, SignInPath};
use time::Date;

/// The name and the rest as the provider gave them; they are shown to whoever approves the link, and to the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The name.
    pub name: FullName,
    /// The birth date, when the provider gives it.
    pub birth_date: Option<Date>,
    /// Who the owner says to be, when the provider has educational profiles.
    pub role: Option<ClaimedRole>,
}

/// Which way of the guide was walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkPath {
    /// Variant 1: account and profile were there.
    ExistingProfile,
    /// Variant 2: the profile was made.
    ProfileCreated,
    /// Variant 3: account and profile were made.
    AccountCreated,
    /// Walked at the real VK ID, out of our sight.
    Outside,
}

impl LinkPath {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ExistingProfile, Self::ProfileCreated, Self::AccountCreated, Self::Outside];

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ExistingProfile => "existing_profile",
            Self::ProfileCreated => "profile_created",
            Self::AccountCreated => "account_created",
            Self::Outside => "outside",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|path| path.word() == word)
    }
}

impl From<SignInPath> for LinkPath {
    fn from(path: SignInPath) -> Self {
        match path {
            SignInPath::ExistingProfile => Self::ExistingProfile,
            SignInPath::ProfileCreated => Self::ProfileCreated,
            SignInPath::AccountCreated => Self::AccountCreated,
        }
    }
}

impl From<EduClaims> for Claims {
    fn from(claims: EduClaims) -> Self {
        Self { name: claims.name, birth_date: Some(claims.birth_date), role: Some(claims.role) }
    }
}
