//! Between the machine's states and the columns of a row.

use identity::{ClaimedRole, FullName, Provider, VkSubject, VkUserId};
use rusqlite::Row;
use rusqlite::types::Type;
use school::PersonId;
use store::UtcInstant;

use crate::{AttemptRef, Claims, Comparison, Link, LinkPath, LinkRow, Linked, Returned, ReviewWhy, State};

/// The columns that a state sets; the others are NULL.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub(super) attempt: Option<&'a AttemptRef>,
    pub(super) expires: Option<UtcInstant>,
    pub(super) returned: Option<&'a Returned>,
    pub(super) review: Option<&'static str>,
    pub(super) mismatch: Option<String>,
    pub(super) linked: Option<UtcInstant>,
    pub(super) approved_by: Option<PersonId>,
    pub(super) suspended_by: Option<PersonId>,
    pub(super) reason: Option<&'a str>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(state: &'a State) -> Self {
        match state {
            State::Unlinked => Self::default(),
            State::Authorizing { attempt, started: _, expires } => {
                Self { attempt: Some(attempt), expires: Some(*expires), ..Self::default() }
            }
            State::Reviewing { returned, why, expires } => Self {
                returned: Some(returned),
                review: Some(review_word(*why)),
                expires: Some(*expires),
                ..Self::default()
            },
            State::AwaitingApproval { returned, mismatch, since: _ } => Self {
                returned: Some(returned),
                mismatch: Some(Comparison::words(mismatch)),
                ..Self::default()
            },
            State::Active(linked) => Self::linked(linked),
            State::Suspended { linked, since: _, by, reason } => Self {
                suspended_by: Some(*by),
                reason: Some(reason),
                ..linked.as_ref().map(Self::linked).unwrap_or_default()
            },
        }
    }

    fn linked(linked: &'a Linked) -> Self {
        Self {
            returned: Some(&linked.returned),
            linked: Some(linked.since),
            approved_by: linked.approved_by,
            ..Self::default()
        }
    }
}

const fn review_word(why: ReviewWhy) -> &'static str {
    match (why.no_profile_page, why.other_subject) {
        (true, true) => "both",
        (false, true) => "other_subject",
        (true | false, false) => "no_profile_page",
    }
}

fn review_of(word: &str) -> ReviewWhy {
    ReviewWhy { no_profile_page: word != "other_subject", other_subject: word != "no_profile_page" }
}

pub(super) fn bad(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, what.into())
}

fn provider_of(row: &Row<'_>) -> rusqlite::Result<Provider> {
    let word: String = row.get("provider")?;
    Provider::from_word(&word).ok_or_else(|| bad("provider"))
}

fn returned_of(row: &Row<'_>) -> rusqlite::Result<Returned> {
    let path: String = row.get("path")?;
    let role: Option<String> = row.get("role")?;
    let user = VkUserId::new(row.get("subject")?).ok_or_else(|| bad("subject"))?;
    Ok(Returned {
        subject: VkSubject::new(provider_of(row)?, user),
        claims: Claims {
            name: FullName {
                surname: row.get("surname")?,
                given: row.get("given")?,
                patronymic: row.get("patronymic")?,
            },
            birth_date: row.get("birth_date")?,
            role: role.as_deref().and_then(ClaimedRole::from_word),
        },
        path: LinkPath::from_word(&path).ok_or_else(|| bad("path"))?,
    })
}

fn linked_of(row: &Row<'_>) -> rusqlite::Result<Linked> {
    Ok(Linked {
        returned: returned_of(row)?,
        since: row.get("linked")?,
        approved_by: row.get("approved_by")?,
    })
}

fn state_of(row: &Row<'_>) -> rusqlite::Result<State> {
    let word: String = row.get("state")?;
    let since: UtcInstant = row.get("since")?;
    Ok(match word.as_str() {
        "unlinked" => State::Unlinked,
        "authorizing" => {
            let digest: Vec<u8> = row.get("attempt")?;
            let digest = digest.try_into().map_err(|_| bad("attempt"))?;
            State::Authorizing {
                attempt: AttemptRef { digest, session: row.get("session")? },
                started: since,
                expires: row.get("expires")?,
            }
        }
        "reviewing" => {
            let review: String = row.get("review")?;
            State::Reviewing {
                returned: returned_of(row)?,
                why: review_of(&review),
                expires: row.get("expires")?,
            }
        }
        "awaiting_approval" => {
            let mismatch: String = row.get("mismatch")?;
            State::AwaitingApproval {
                returned: returned_of(row)?,
                mismatch: Comparison::parts(&mismatch),
                since,
            }
        }
        "active" => State::Active(linked_of(row)?),
        "suspended" => {
            let subject: Option<i64> = row.get("subject")?;
            State::Suspended {
                linked: if subject.is_some() { Some(linked_of(row)?) } else { None },
                since,
                by: row.get("suspended_by")?,
                reason: row.get("reason")?,
            }
        }
        _ => return Err(bad("link state")),
    })
}

pub(super) fn link_of(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        id: Some(row.get("id")?),
        person: row.get("person")?,
        provider: provider_of(row)?,
        state: state_of(row)?,
    })
}

pub(super) fn row_of(row: &Row<'_>) -> rusqlite::Result<LinkRow> {
    Ok(LinkRow {
        id: row.get("id")?,
        person: row.get("person")?,
        provider: provider_of(row)?,
        state: state_of(row)?,
        since: row.get("since")?,
    })
}
