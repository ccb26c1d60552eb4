/// Why another host gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    /// The settings do not name the host.
    #[error("the host is not in the settings")]
    NotNamed,
    /// The name leads nowhere.
    #[error("the name was not found")]
    NoName,
    /// The name leads to an address inside, and the settings do not say that it may.
    #[error("the name leads to a private address")]
    Private,
    /// Nobody listens there, or the way is cut.
    #[error("the connection was refused")]
    Refused,
    /// Who answered could not prove to be the host.
    #[error("the certificate is not valid")]
    Certificate,
    /// No connection, or no whole answer, in time.
    #[error("no whole answer in time")]
    Slow,
    /// It sent elsewhere; nothing is followed.
    #[error("it answered with a redirect")]
    Redirect,
    /// The answer is longer than is read.
    #[error("the answer is too long")]
    TooLarge,
    /// The answer was cut off, or is no HTTP.
    #[error("the answer was cut off or is no HTTP")]
    Broken,
}

impl OutgoingError {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NotNamed,
        Self::NoName,
        Self::Private,
        Self::Refused,
        Self::Certificate,
        Self::Slow,
        Self::Redirect,
        Self::TooLarge,
        Self::Broken,
    ];

    /// The word that is stored and logged.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotNamed => "not_named",
            Self::NoName => "no_name",
            Self::Private => "private",
            Self::Refused => "refused",
            Self::Certificate => "certificate",
            Self::Slow => "slow",
            Self::Redirect => "redirect",
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
        }
    }
}
