//! Who answers for safety at the school, and who of them may look into a report.

use std::marker::PhantomData;

use school::{Denied, DeputyHead, HeadTeacher, PersonId, Role, SafeguardingLead, Viewer, holders_of};
use store::ReadTx;
use time::Date;

use crate::storage::report::ReportRow;
use crate::{NoteFault, ReportId, storage};

/// As what somebody sits at the desk of safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Desk {
    /// The safeguarding lead.
    Lead,
    /// Head teacher or deputy head.
    Head,
}

impl Desk {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Head => "head",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Lead, Self::Head].into_iter().find(|desk| desk.word() == word)
    }
}

/// Why nothing was done at the desk, or about it.
#[derive(Debug, thiserror::Error)]
pub enum SafetyError {
    /// There is no such message, or the member may not see it (MSG-B13).
    #[error("no such message")]
    NoSuchMessage,
    /// One's own message.
    #[error("the message is the reporter's own")]
    Own,
    /// Too many reports within a day.
    #[error("too many reports")]
    TooMany,
    /// The case is closed already.
    #[error("the case is closed")]
    Closed,
    /// None of the choices was made.
    #[error("nothing was chosen")]
    NoChoice,
    /// The safeguarding lead alone decides it.
    #[error("not a safeguarding lead")]
    NotLead,
    /// The period is none that can be set.
    #[error("no such period")]
    Years,
    /// What was typed was not taken.
    #[error("note: {0}")]
    Note(#[source] NoteFault),
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<NoteFault> for SafetyError {
    fn from(fault: NoteFault) -> Self {
        Self::Note(fault)
    }
}

/// The viewer answers for safety at the school today: the safeguarding lead, the head teacher or a deputy head. Gives
/// the desk, and no report yet: each has a proof of its own, [`CaseOf`].
#[derive(Clone, Copy, Debug)]
pub struct SafetyOf<'t> {
    person: PersonId,
    desk: Desk,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> SafetyOf<'t> {
    /// Asks whether the viewer sits at the desk on this day.
    ///
    /// # Errors
    /// [`Denied`] when not, or when the session has ended.
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, today: Date) -> Result<Self, Denied> {
        let holds = |asked: Result<(), Denied>| match asked {
            Ok(()) => Ok(true),
            Err(Denied::Denied) => Ok(false),
            Err(Denied::Store(error)) => Err(Denied::Store(error)),
        };
        let desk = if holds(SafeguardingLead::ask(tx, viewer, today).map(|_| ()))? {
            Desk::Lead
        } else if holds(HeadTeacher::ask(tx, viewer, today).map(|_| ()))?
            || holds(DeputyHead::ask(tx, viewer, today).map(|_| ()))?
        {
            Desk::Head
        } else {
            return Err(Denied::Denied);
        };
        Ok(Self { person: viewer.person(), desk, brand: PhantomData })
    }

    /// Who it is.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// As what they sit here.
    #[must_use]
    pub const fn desk(&self) -> Desk {
        self.desk
    }
}

/// The viewer may look into one report: they sit at the desk, and it is not about their own words (MSG-I23).
#[derive(Clone, Debug)]
pub struct CaseOf<'t> {
    safety: SafetyOf<'t>,
    pub(crate) report: ReportRow,
}

impl<'t> CaseOf<'t> {
    /// Asks whether the viewer may look into the report today.
    ///
    /// # Errors
    /// [`Denied`] when not: a report about oneself and one that does not exist look the same (Z2).
    pub fn ask(tx: &ReadTx<'t>, viewer: &Viewer, report: ReportId, today: Date) -> Result<Self, Denied> {
        let safety = SafetyOf::ask(tx, viewer, today)?;
        let report = storage::report::find(tx, report)?.ok_or(Denied::Denied)?;
        let leads = other_leads(tx, &report, today)?;
        if !may_handle(safety.desk, safety.person, report.reported, report.confidential(), leads) {
            return Err(Denied::Denied);
        }
        Ok(Self { safety, report })
    }

    /// Who looks.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.safety.person
    }

    /// The report.
    #[must_use]
    pub const fn id(&self) -> ReportId {
        self.report.id
    }
}

/// Whether there is a safeguarding lead whom the report does not concern.
pub(crate) fn other_leads(tx: &ReadTx<'_>, report: &ReportRow, today: Date) -> Result<bool, store::Error> {
    // Asked only where it matters.
    Ok(!report.confidential()
        || holders_of(tx, Role::SafeguardingLead, today)?.iter().any(|lead| *lead != report.reported))
}

/// Who may look into a report. The reported person never; what was said in confidence stays with the safeguarding
/// leads as long as there is another of them, and else goes to the head.
pub(crate) fn may_handle(
    desk: Desk,
    person: PersonId,
    reported: PersonId,
    confidential: bool,
    other_leads: bool,
) -> bool {
    person != reported
        && match desk {
            Desk::Lead => true,
            Desk::Head => !confidential || !other_leads,
        }
}

#[cfg(test)]
mod tests {
    use school::PersonId;

    use super::{Desk, may_handle};

    #[test]
    fn who_may_look_into_a_report() {
        // MSG-I23: over both desks, oneself and another, the confidential line, with and without another lead.
        let [me, other] = [1, 2].map(PersonId::from_row);
        for desk in [Desk::Lead, Desk::Head] {
            for confidential in [false, true] {
                for leads in [false, true] {
                    assert!(!may_handle(desk, me, me, confidential, leads), "about oneself");
                    let may = may_handle(desk, me, other, confidential, leads);
                    let wanted = match desk {
                        Desk::Lead => true,
                        Desk::Head => !confidential || !leads,
                    };
                    assert_eq!(may, wanted, "{desk:?} {confidential} {leads}");
                }
            }
        }
    }
}
