//! What a batch writes, row by row, so that it can be undone (DIA-I20, DIA-ST8).

use serde::{Deserialize, Serialize};
use store::{UtcInstant, WriteTx};
use time::Date;

use crate::{ImportId, storage};

/// A kind of row that an import writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// A school year.
    Year,
    /// A term.
    Term,
    /// A stretch of days that are not ordinary.
    DaysOff,
    /// A class with the group of all its pupils.
    ClassGroup,
    /// A subgroup.
    Subgroup,
    /// A person.
    Person,
    /// A portal account.
    Account,
    /// A role grant.
    Grant,
    /// A pupil's stay in a group.
    Membership,
    /// An edge between an adult and a child.
    Guardianship,
    /// A subject.
    Subject,
    /// An assignment of a teacher.
    Teaching,
    /// A set of bells, written and undone by whoever owns bells.
    Bells,
    /// The day on which a term closes to marks, by the term's id; written and undone by whoever owns marks.
    MarksClose,
    /// A version of the timetable, written and undone by whoever owns the timetable.
    Timetable,
}

impl RowKind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::Year,
        Self::Term,
        Self::DaysOff,
        Self::ClassGroup,
        Self::Subgroup,
        Self::Person,
        Self::Account,
        Self::Grant,
        Self::Membership,
        Self::Guardianship,
        Self::Subject,
        Self::Teaching,
        Self::Bells,
        Self::MarksClose,
        Self::Timetable,
    ];

    /// The word stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Term => "term",
            Self::DaysOff => "days_off",
            Self::ClassGroup => "class_group",
            Self::Subgroup => "subgroup",
            Self::Person => "person",
            Self::Account => "account",
            Self::Grant => "grant",
            Self::Membership => "membership",
            Self::Guardianship => "guardianship",
            Self::Subject => "subject",
            Self::Teaching => "teaching",
            Self::Bells => "bells",
            Self::MarksClose => "marks_close",
            Self::Timetable => "timetable",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// The changeable values of a row, as a batch keeps them before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Snapshot {
    /// First day, and first day after the last: a school year, days off.
    Span { starts: Date, ends: Date },
    /// A term.
    Term { title: String, starts: Date, ends: Date },
    /// A class.
    ClassGroup { room: Option<String>, term_kind: String, bells: String, week_days: u8 },
    /// A person.
    Person {
        external_id: Option<String>,
        snils: Option<String>,
        surname: String,
        given: String,
        patronymic: Option<String>,
        birth_date: Option<Date>,
        sex: Option<String>,
        phone: Option<String>,
    },
    /// The end of a grant or of a stay.
    End { ends: Option<Date> },
    /// An edge between an adult and a child.
    Guardianship { relation: String, access: String, contact_order: u8 },
    /// An assignment.
    Teaching { hours: u8, room: Option<String>, ends: Option<Date> },
}

/// A row of a batch as the base keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    /// What kind of row.
    pub kind: RowKind,
    /// Its id.
    pub row: i64,
    /// What it was and what it became, for a change; absent for a row that the import added.
    pub change: Option<(String, String)>,
}

/// A batch being written.
#[derive(Debug)]
pub struct Batch {
    import: ImportId,
    count: i64,
}

impl Batch {
    /// Begins a batch.
    pub(crate) fn begin(tx: &mut WriteTx<'_>, now: UtcInstant, folder: &str) -> Result<Self, store::Error> {
        Ok(Self { import: storage::import::batch::insert(tx, now, folder)?, count: 0 })
    }

    /// The import that the rows belong to.
    #[must_use]
    pub const fn import(&self) -> ImportId {
        self.import
    }

    /// How many rows were noted.
    #[must_use]
    pub const fn len(&self) -> i64 {
        self.count
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Notes a row that was added.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn added(&mut self, tx: &mut WriteTx<'_>, kind: RowKind, row: i64) -> Result<(), store::Error> {
        self.count += 1;
        storage::import::batch::insert_row(tx, self.import, self.count, kind, row, None)
    }

    /// Notes a row that was changed, as its owner writes it before and after.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn changed(
        &mut self,
        tx: &mut WriteTx<'_>,
        kind: RowKind,
        row: i64,
        before: &str,
        after: &str,
    ) -> Result<(), store::Error> {
        self.count += 1;
        storage::import::batch::insert_row(tx, self.import, self.count, kind, row, Some((before, after)))
    }

    /// Brings a row to new values and notes both; tells whether anything was to be changed.
    pub(crate) fn change(
        &mut self,
        tx: &mut WriteTx<'_>,
        kind: RowKind,
        row: i64,
        after: &Snapshot,
    ) -> Result<bool, store::Error> {
        let before = storage::import::snapshot::load(tx, kind, row)?;
        if before == *after {
            return Ok(false);
        }
        storage::import::snapshot::write(tx, kind, row, after)?;
        self.changed(tx, kind, row, &as_text(&before)?, &as_text(after)?)?;
        Ok(true)
    }

    /// Ends the batch: one that wrote nothing leaves no trace.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn finish(
        self,
        tx: &mut WriteTx<'_>,
        added: usize,
        changed: usize,
    ) -> Result<Option<ImportId>, store::Error> {
        if self.count == 0 {
            storage::import::batch::remove(tx, self.import)?;
            return Ok(None);
        }
        storage::import::batch::set_counts(tx, self.import, added, changed)?;
        Ok(Some(self.import))
    }
}

fn as_text(snapshot: &Snapshot) -> Result<String, store::Error> {
    serde_json::to_string(snapshot).map_err(|_| store::Error::Unreadable { what: "import snapshot" })
}

pub(crate) fn from_text(text: &str) -> Result<Snapshot, store::Error> {
    serde_json::from_str(text).map_err(|_| store::Error::Unreadable { what: "import snapshot" })
}
