//! What is wrong with a list, as data: where it stands and why. The texts for people are made elsewhere.

use super::column::Column;
use crate::{ClassLabel, NameFault};

/// One thing to be corrected before anything is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file; empty when the folder as a whole is meant.
    pub file: String,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: u32,
    /// The column as its header names it.
    pub column: Option<String>,
    /// What the cell holds, cut to a length fit for a line.
    pub text: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// With a file or the folder.
    File(FileFault),
    /// With the header.
    Header(HeaderFault),
    /// With the shape of a row.
    Row(RowFault),
    /// With one cell by itself.
    Cell(CellFault),
    /// With who a row is about (DIA-X6).
    Person(PersonFault),
    /// With what a cell refers to.
    Reference(ReferenceFault),
    /// With a stretch of time beside others.
    Span(SpanFault),
    /// With a lesson beside others (DIA-I5).
    Lesson(LessonFault),
}

/// A file that cannot be read as a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// There is no list in the folder.
    NoLists,
    /// A table whose name is none of ours.
    Unknown,
    /// A book of a spreadsheet, by its name or by its content.
    Workbook,
    /// A second file of the same list.
    Second {
        /// The other one.
        first: String,
    },
    /// Nothing inside.
    Empty,
    /// The bytes are not text in this encoding.
    NotText {
        /// The encoding guessed or asked for.
        encoding: &'static str,
    },
    /// Too many bytes.
    TooLarge {
        /// The most allowed.
        most: usize,
    },
    /// Too many rows.
    TooManyRows {
        /// The most allowed.
        most: usize,
    },
    /// Too many columns.
    TooManyColumns {
        /// The most allowed.
        most: usize,
    },
}

/// A header that does not fit the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// An obligatory column is absent.
    Missing,
    /// A column of another list, or of none.
    Unknown,
    /// The column stands twice.
    Repeated,
    /// The column has cells and no name; it is the n-th, from 1.
    Unnamed {
        /// Its place.
        place: usize,
    },
}

/// A row that does not fit the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// Cells are missing.
    Short {
        /// How many there are.
        has: usize,
        /// How many columns the header has.
        needs: usize,
    },
    /// Cells are left over.
    Long {
        /// How many there are.
        has: usize,
        /// How many columns the header has.
        needs: usize,
    },
    /// A quote is opened and never closed.
    OpenQuote,
    /// The row says the same as an earlier one.
    Repeated {
        /// That line.
        line: u32,
    },
}

/// A cell that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// Obligatory, and empty.
    Empty,
    /// A formula of a spreadsheet: its value is not in the file (DIA-X9).
    Formula,
    /// Too many characters.
    TooLong {
        /// How many there are.
        has: usize,
        /// The most allowed.
        most: usize,
    },
    /// A control or direction character (C9).
    Character {
        /// The first such character.
        found: char,
    },
    /// No name.
    Name(NameFault),
    /// No date.
    Date(DateFault),
    /// No phone number.
    Phone(PhoneFault),
    /// No СНИЛС: not eleven digits, or a wrong check number.
    Snils,
    /// No time of day.
    Time,
    /// No whole number in this range.
    Number {
        /// The least allowed.
        least: u8,
        /// The most allowed.
        most: u8,
    },
    /// No class name (DIA-E34).
    Class,
    /// Neither female nor male.
    Sex,
    /// Neither yes nor no.
    YesNo,
    /// None of the kinds of access.
    Access,
    /// No day of the week.
    Weekday,
    /// No kind of term.
    TermKind,
    /// No kind of days off.
    DayKind,
    /// No kind of weeks.
    Week,
    /// No list of subgroups `division:part; …`.
    Subgroups,
    /// A login has lower-case Latin letters, digits and dots only.
    Login,
    /// Not what the column with the class says.
    OtherThanClass,
    /// This cannot be imported yet, and leaving it out would change the meaning.
    Unsupported,
}

/// Why a text is no date (DIA-X4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// Nothing like a date.
    Unreadable,
    /// There is no such month.
    NoSuchMonth,
    /// The month has no such day.
    NoSuchDay,
    /// The year has two digits.
    ShortYear,
    /// The day has not come yet.
    Future,
    /// Before 1900.
    TooEarly,
}

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneFault {
    /// A spreadsheet has rounded the number: `7,9E+10`.
    Rounded,
    /// A letter or another sign.
    Character {
        /// The first such character.
        found: char,
    },
    /// Too few digits.
    TooShort,
    /// Too many digits.
    TooLong,
    /// Neither a Russian number nor one with a plus and a country code.
    NoCountry,
}

/// Why it is not certain who a row is about (DIA-X6, DIA-I16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonFault {
    /// The external id stands in another row of the same list.
    RepeatedId {
        /// That line.
        line: u32,
    },
    /// The same person under another id, or without one, in another row.
    Repeated {
        /// The file of that row.
        file: String,
        /// Its line.
        line: u32,
    },
    /// The same id in another row has another value here.
    Differs {
        /// The file of that row.
        file: String,
        /// Its line.
        line: u32,
    },
    /// The base has another person under this id.
    OtherPerson {
        /// Who it is.
        name: String,
    },
    /// The base has this person under another id.
    OtherId {
        /// That id.
        external_id: String,
    },
    /// The base has somebody of this name, and nothing tells whether it is the same person.
    SameName {
        /// The login of that person, if they have one.
        login: Option<String>,
    },
    /// Another row of the list has this name, and nothing tells whether it is the same person.
    SameNameInFile {
        /// That line.
        line: u32,
    },
    /// Somebody else has the login.
    LoginTaken,
    /// The person has another login already.
    OtherLogin {
        /// That login.
        login: String,
    },
}

/// A cell that refers to something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceFault {
    /// No such class in the list of classes, nor in the base.
    Class {
        /// The class as it was understood.
        label: ClassLabel,
    },
    /// Nobody of the staff has this name.
    Teacher,
    /// Several of the staff have this name.
    Namesakes {
        /// How many.
        count: usize,
    },
    /// No pupil has this external id.
    Child,
    /// A child named without a birth date.
    ChildByName,
    /// The child is in another class.
    ChildClass {
        /// In which.
        label: ClassLabel,
    },
    /// The class, or its subgroup, is not taught this subject by the list of teaching.
    Teaching,
    /// The subject is taught there by somebody else.
    TeachingOfAnother,
    /// The class has several divisions or none: which one is meant must be said.
    Division,
    /// No such set of bells in the list of bells.
    Bells,
    /// The set of bells has no such lesson.
    Bell,
    /// No terms of this kind.
    Terms,
    /// Days off can be given to whole grade levels only, and this class has neighbours.
    PartOfGrade,
}

/// A stretch of time that does not fit others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanFault {
    /// It ends before it begins.
    Backwards,
    /// It begins before an earlier one ends.
    Overlaps {
        /// The line of that one.
        line: u32,
    },
    /// The number stands in an earlier row.
    Repeated {
        /// That line.
        line: u32,
    },
    /// Not in the school year of the first term.
    OtherYear {
        /// The year that one begins in.
        start_year: i32,
    },
}

/// A lesson that cannot be held beside another (DIA-I5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonFault {
    /// The teacher has another lesson then.
    TeacherBusy {
        /// The line of that one; `None` when it is of a class that the lists do not name.
        line: Option<u32>,
    },
    /// The class or subgroup has another lesson then.
    ClassBusy {
        /// The line of that one; `None` when it is of a class that the lists do not name.
        line: Option<u32>,
    },
    /// The room is taken.
    RoomBusy {
        /// The line of the lesson there; `None` when it is of a class that the lists do not name.
        line: Option<u32>,
    },
}

macro_rules! into_kind {
    ($($fault:ident => $variant:ident),+ $(,)?) => {$(
        impl From<$fault> for ProblemKind {
            fn from(fault: $fault) -> Self {
                Self::$variant(fault)
            }
        }
    )+};
}

into_kind! {
    FileFault => File,
    HeaderFault => Header,
    RowFault => Row,
    CellFault => Cell,
    PersonFault => Person,
    ReferenceFault => Reference,
    SpanFault => Span,
    LessonFault => Lesson,
}

/// A problem of a line of the timetable that only the timetable's owner can see, in the column it is about.
#[must_use]
pub fn lesson_problem(file: &str, line: u32, kind: ProblemKind) -> Problem {
    let column = match &kind {
        ProblemKind::Lesson(LessonFault::TeacherBusy { .. }) => Column::Teacher,
        ProblemKind::Lesson(LessonFault::RoomBusy { .. }) => Column::Room,
        ProblemKind::Lesson(LessonFault::ClassBusy { .. }) => Column::Class,
        ProblemKind::File(_)
        | ProblemKind::Header(_)
        | ProblemKind::Row(_)
        | ProblemKind::Cell(_)
        | ProblemKind::Person(_)
        | ProblemKind::Reference(_)
        | ProblemKind::Span(_) => Column::Slot,
    };
    Problem {
        file: file.to_owned(),
        line,
        column: Some(column.title().to_owned()),
        text: String::new(),
        kind,
    }
}
