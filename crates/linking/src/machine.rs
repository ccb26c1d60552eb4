//! The machine of the school side (docs/rules/linking.md): pure, no clock, no randomness, no SQL.
//! The diagram is `docs/machines/linking.md`.

mod transition;

use identity::VkSubject;
use school::{PersonId, PortalSessionId};
use store::UtcInstant;

use crate::{Claims, Comparison, LinkPath, NamePart};

pub use transition::transition;

/// Where the link of one person with one provider is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing, or an ended link in the history.
    Unlinked,
    /// The browser is with the provider.
    Authorizing {
        /// The one return that is awaited.
        attempt: AttemptRef,
        /// Begun.
        started: UtcInstant,
        /// Until then a return is taken.
        expires: UtcInstant,
    },
    /// The person has to look at the data, or to prove themselves, before the link is made.
    Reviewing {
        /// What came back.
        returned: Returned,
        /// Why.
        why: ReviewWhy,
        /// Until then.
        expires: UtcInstant,
    },
    /// The names do not agree with the roster; a member of staff decides.
    AwaitingApproval {
        /// What came back.
        returned: Returned,
        /// What differs.
        mismatch: Vec<NamePart>,
        /// Since when.
        since: UtcInstant,
    },
    /// Linked.
    Active(Linked),
    /// Blocked by the school.
    Suspended {
        /// What was linked; `None` once its owner has unlinked it.
        linked: Option<Linked>,
        /// Since when.
        since: UtcInstant,
        /// By whom.
        by: PersonId,
        /// The reason the person is told.
        reason: String,
    },
}

impl State {
    /// The word stored and logged.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unlinked => "unlinked",
            Self::Authorizing { .. } => "authorizing",
            Self::Reviewing { .. } => "reviewing",
            Self::AwaitingApproval { .. } => "awaiting_approval",
            Self::Active(_) => "active",
            Self::Suspended { .. } => "suspended",
        }
    }

    /// The state to be shown now: one whose time is over is so before anybody has written it down.
    #[must_use]
    pub fn at(&self, now: UtcInstant) -> Self {
        match self {
            Self::Authorizing { expires, .. } | Self::Reviewing { expires, .. } if now >= *expires => {
                Self::Unlinked
            }
            Self::Unlinked
            | Self::Authorizing { .. }
            | Self::Reviewing { .. }
            | Self::AwaitingApproval { .. }
            | Self::Active(_)
            | Self::Suspended { .. } => self.clone(),
        }
    }

    /// The subject that the state holds.
    #[must_use]
    pub const fn subject(&self) -> Option<VkSubject> {
        match self {
            Self::Unlinked | Self::Authorizing { .. } | Self::Suspended { linked: None, .. } => None,
            Self::Reviewing { returned, .. } | Self::AwaitingApproval { returned, .. } => {
                Some(returned.subject)
            }
            Self::Active(linked) | Self::Suspended { linked: Some(linked), .. } => {
                Some(linked.returned.subject)
            }
        }
    }
}

/// One awaited return: the digest of its random state, and the portal session that began it (LNK-L1, O4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptRef {
    /// SHA-256 of the state.
    pub digest: [u8; 32],
    /// The portal session.
    pub session: PortalSessionId,
}

/// What a provider gave back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Who signed in.
    pub subject: VkSubject,
    /// Their data.
    pub claims: Claims,
    /// The way walked.
    pub path: LinkPath,
}

/// A link that is or was active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// What came back when it was made.
    pub returned: Returned,
    /// Since when.
    pub since: UtcInstant,
    /// Who approved it, if the names differed.
    pub approved_by: Option<PersonId>,
}

/// Why a return is reviewed before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewWhy {
    /// The provider shows no profile page of its own (LNK-L8).
    pub no_profile_page: bool,
    /// Another subject was linked before: the portal's password is asked again (LNK-L5).
    pub other_subject: bool,
}

/// What a person proved with the portal's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// It was not asked for.
    NotAsked,
    /// It was right.
    Right,
    /// It was wrong.
    Wrong,
}

/// What happened, with the facts the machine decides by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// «Авторизация в Сферум».
    Begin {
        /// The return to await.
        attempt: AttemptRef,
        /// Until when.
        expires: UtcInstant,
        /// Whether the person's link with another provider is active.
        linked_elsewhere: bool,
    },
    /// The provider sent the browser back with somebody signed in.
    Returned {
        /// The return.
        attempt: AttemptRef,
        /// What came back.
        returned: Returned,
        /// The names against the roster.
        names: Comparison,
        /// Whether the subject is another person's (LNK-L3).
        taken: bool,
        /// Whether and why the data are reviewed first; `None`: the provider has shown them.
        review: Option<ReviewWhy>,
        /// Until when a review waits.
        review_until: UtcInstant,
    },
    /// The provider sent the browser back with nobody.
    Refused {
        /// The return.
        attempt: AttemptRef,
        /// Why.
        why: RefusedWhy,
    },
    /// «Продолжить» on the review page.
    Confirmed {
        /// The portal's password.
        password: Password,
        /// The names against the roster.
        names: Comparison,
        /// Whether the subject is another person's.
        taken: bool,
    },
    /// A member of staff confirmed the person.
    Approved {
        /// Who.
        by: PersonId,
    },
    /// A member of staff refused.
    Rejected {
        /// Who.
        by: PersonId,
    },
    /// The person gave up.
    Cancelled,
    /// The time is over.
    Expired,
    /// The link was ended, by its owner or by an administrator.
    Unlinked,
    /// The school blocked the link.
    Suspended {
        /// Who.
        by: PersonId,
        /// The reason.
        why: String,
    },
    /// The school lifted the block.
    Reinstated,
    /// The VK ID account is no more (LNK-L10).
    ProviderRevoked,
}

impl Event {
    /// The word logged.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Begin { .. } => "begin",
            Self::Returned { .. } => "returned",
            Self::Refused { .. } => "refused",
            Self::Confirmed { .. } => "confirmed",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Unlinked => "unlinked",
            Self::Suspended { .. } => "suspended",
            Self::Reinstated => "reinstated",
            Self::ProviderRevoked => "provider_revoked",
        }
    }
}

/// Why a provider, or the exchange with it, gave nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedWhy {
    /// The person pressed «Отмена» there, or took too long.
    Cancelled,
    /// The exchange of the code failed, or the answer was not whole.
    Failed,
    /// The subject belongs to another person of the school.
    SubjectTaken,
}

impl RefusedWhy {
    /// The word logged.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::SubjectTaken => "subject_taken",
        }
    }
}

/// What has to be done in the transaction that saves the new state (LNK-L4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open «Сферум» to the person.
    Enrol,
    /// Close it.
    Withdraw,
}

/// Why an event changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing of the kind is possible now.
    #[error("not in this state")]
    NotNow,
    /// The person is linked.
    #[error("already linked")]
    AlreadyLinked,
    /// A member of staff has yet to decide.
    #[error("already waiting for approval")]
    AlreadyWaiting,
    /// The school has blocked the link.
    #[error("suspended")]
    Suspended,
    /// The return is none that is awaited: foreign, or used (O4).
    #[error("no such return is awaited")]
    ForeignAttempt,
    /// The return was begun in another portal session.
    #[error("the return belongs to another session")]
    ForeignSession,
    /// The return came after its time.
    #[error("the attempt has expired")]
    TooLate,
    /// The subject belongs to another person of the school.
    #[error("the subject belongs to another person")]
    SubjectTaken,
    /// The portal's password is needed and was not given, or was wrong.
    #[error("the password is missing or wrong")]
    WrongPassword,
}
