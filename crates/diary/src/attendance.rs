//! Attendance: exceptions only; the fact apart from its reason (DIA-I13).

use school::{HomeroomOf, PersonId};
use store::{ReadTx, UtcInstant, WriteTx};

use crate::{JournalError, LessonEvent, LessonId, LessonTeacher, mark, next_lesson_state, storage};

/// What is noted of a pupil in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsenceFact {
    /// «н».
    Absent,
    /// «о» with minutes, 1 to 45.
    Late(u8),
    /// «осв»: present, exempt from the work.
    Exempt,
    /// «д»: took part from home.
    Distance,
}

impl AbsenceFact {
    pub(crate) const fn stored(self) -> (&'static str, Option<u8>) {
        match self {
            Self::Absent => ("absent", None),
            Self::Late(minutes) => ("late", Some(minutes)),
            Self::Exempt => ("exempt", None),
            Self::Distance => ("distance", None),
        }
    }

    pub(crate) fn from_stored(word: &str, minutes: Option<u8>) -> Option<Self> {
        match (word, minutes) {
            ("absent", _) => Some(Self::Absent),
            ("late", Some(minutes)) => Some(Self::Late(minutes)),
            ("exempt", _) => Some(Self::Exempt),
            ("distance", _) => Some(Self::Distance),
            _ => None,
        }
    }
}

/// Why a pupil was absent, as the homeroom teacher or the guardian says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsenceReason {
    /// Болезнь.
    Illness,
    /// Уважительная.
    Valid,
    /// Неуважительная.
    Invalid,
    /// По заданию школы.
    School,
}

impl AbsenceReason {
    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Illness => "illness",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::School => "school",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Illness, Self::Valid, Self::Invalid, Self::School]
            .into_iter()
            .find(|reason| reason.word() == word)
    }
}

/// A standing note of a lesson's attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The lesson.
    pub lesson: LessonId,
    /// The pupil.
    pub pupil: PersonId,
    /// What was noted.
    pub fact: AbsenceFact,
    /// Why, if somebody has said.
    pub reason: Option<AbsenceReason>,
}

/// Notes attendance of a whole lesson: exceptions as given, everybody else present (DIA-I9 tells «all present» from
/// «not filled» by the lesson's own mark). Returns how many notes changed.
///
/// # Errors
/// [`JournalError::NotInGroup`], [`JournalError::Minutes`]; nothing is then written.
pub fn take_attendance(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    exceptions: &[(PersonId, AbsenceFact)],
) -> Result<usize, JournalError> {
    let changed = write_exceptions(tx, now, by, exceptions)?;
    storage::attendance::mark_taken(tx, now, by)?;
    Ok(changed)
}

/// How the attendance of a lesson stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttendanceMark {
    /// When and by whom it was taken, if it was.
    pub taken: Option<(UtcInstant, PersonId)>,
    /// Whether the lesson counts as held.
    pub held: bool,
}

/// How the attendance of a lesson stands as a whole, for whoever takes it and may want to take that back.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn attendance_mark(tx: &ReadTx<'_>, by: &LessonTeacher<'_>) -> Result<AttendanceMark, store::Error> {
    storage::attendance::mark_of(tx, by.lesson())
}

/// Puts the attendance of a lesson back: exceptions as given, and the lesson's own mark as it was. A lesson that has got
/// a topic meanwhile stays held. Returns how many notes changed.
///
/// # Errors
/// As of [`take_attendance`].
pub fn restore_attendance(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    exceptions: &[(PersonId, AbsenceFact)],
    mark: AttendanceMark,
) -> Result<usize, JournalError> {
    let changed = write_exceptions(tx, now, by, exceptions)?;
    let lesson = storage::lesson::find(tx, by.lesson())?.ok_or(JournalError::Denied)?;
    let state = if mark.held || lesson.topic.is_some() {
        lesson.state
    } else {
        next_lesson_state(lesson.state, LessonEvent::TakenBack).map_err(|_| JournalError::Cancelled)?
    };
    storage::attendance::restore_mark(tx, by.lesson(), mark.taken, state)?;
    Ok(changed)
}

fn write_exceptions(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &LessonTeacher<'_>,
    exceptions: &[(PersonId, AbsenceFact)],
) -> Result<usize, JournalError> {
    mark::begun(tx, now, by)?;
    for (pupil, fact) in exceptions {
        mark::in_group(tx, by, *pupil)?;
        if matches!(fact, AbsenceFact::Late(minutes) if !(1..=45).contains(minutes)) {
            return Err(JournalError::Minutes);
        }
    }
    let standing = storage::attendance::of_lesson(tx, by.lesson())?;
    let mut changed = 0;
    for (pupil, fact) in exceptions {
        let before = standing.iter().find(|noted| noted.pupil == *pupil).map(|noted| noted.fact);
        if before != Some(*fact) {
            storage::attendance::insert(tx, now, by, *pupil, Some(*fact))?;
            mark::tell(tx, now, *pupil, by.lesson(), "attendance", by.lesson().get())?;
            changed += 1;
        }
    }
    for noted in &standing {
        if !exceptions.iter().any(|(pupil, _)| *pupil == noted.pupil) {
            storage::attendance::insert(tx, now, by, noted.pupil, None)?;
            mark::tell(tx, now, noted.pupil, by.lesson(), "attendance", by.lesson().get())?;
            changed += 1;
        }
    }
    Ok(changed)
}

/// The standing notes of a lesson.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn attendance_of_lesson(tx: &ReadTx<'_>, by: &LessonTeacher<'_>) -> Result<Vec<Noted>, store::Error> {
    storage::attendance::of_lesson(tx, by.lesson())
}

/// Says why a pupil of one's class was absent; the fact stays its author's (DIA-I13).
///
/// # Errors
/// [`JournalError::NoAbsence`] when nothing is noted, [`JournalError::Denied`] for a pupil of another class.
pub fn set_absence_reason(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &HomeroomOf<'_>,
    lesson: LessonId,
    pupil: PersonId,
    reason: Option<AbsenceReason>,
) -> Result<(), JournalError> {
    let place = storage::journal::find_place(tx, lesson)?.ok_or(JournalError::Denied)?;
    let class = school::class_group_of(tx, pupil, place.date)?.ok_or(JournalError::Denied)?;
    if class.id != by.class_group() {
        return Err(JournalError::Denied);
    }
    let noted = storage::attendance::of_lesson(tx, lesson)?.into_iter().find(|noted| noted.pupil == pupil);
    if noted.is_none() {
        return Err(JournalError::NoAbsence);
    }
    storage::attendance::insert_reason(tx, now, by.person(), lesson, pupil, reason)?;
    mark::tell(tx, now, pupil, lesson, "attendance", lesson.get())?;
    Ok(())
}
