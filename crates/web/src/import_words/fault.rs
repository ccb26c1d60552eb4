//! The one map from what is wrong with a list to a Russian line (STY-R3).

use school::NameFault;
use school::import::{
    CellFault, DateFault, FileFault, FileKind, HeaderFault, LessonFault, PersonFault, PhoneFault, Problem,
    ProblemKind, ReferenceFault, RowFault, SpanFault,
};

use super::list_name;
use crate::words::Words;

/// What is wrong and what to do, without the place.
#[must_use]
pub fn problem(problem: &Problem) -> String {
    let words = match &problem.kind {
        ProblemKind::File(fault) => file(fault),
        ProblemKind::Header(fault) => header(fault),
        ProblemKind::Row(fault) => row(fault),
        ProblemKind::Cell(CellFault::Empty) => Words::of("import-cell-empty"),
        ProblemKind::Cell(fault) => {
            Words::of("import-cell").with("text", problem.text.clone()).with("fault", cell(fault).say())
        }
        ProblemKind::Person(fault) => person(fault, &problem.text),
        ProblemKind::Reference(fault) => reference(fault, &problem.text),
        ProblemKind::Span(fault) => span(fault),
        ProblemKind::Lesson(fault) => lesson(fault),
    };
    words.say()
}

fn file(fault: &FileFault) -> Words {
    match fault {
        FileFault::NoLists => Words::of("import-file-none").with("names", names()),
        FileFault::Unknown => Words::of("import-file-unknown").with("names", names()),
        FileFault::Workbook => Words::of("import-file-workbook"),
        FileFault::Second { first } => Words::of("import-file-second").with("first", first.clone()),
        FileFault::Empty => Words::of("import-file-empty"),
        FileFault::NotText { encoding } => Words::of("import-file-not-text").with("encoding", *encoding),
        FileFault::TooLarge { most } => Words::of("import-file-large").with("most", most / 1024 / 1024),
        FileFault::TooManyRows { most } => Words::of("import-file-rows").with("most", *most),
        FileFault::TooManyColumns { most } => Words::of("import-file-columns").with("most", *most),
    }
}

/// The names of all lists as files.
fn names() -> String {
    FileKind::ALL.map(|kind| format!("{}.csv", list_name(kind))).join(", ")
}

fn header(fault: &HeaderFault) -> Words {
    match fault {
        HeaderFault::Missing => Words::of("import-header-missing"),
        HeaderFault::Unknown => Words::of("import-header-unknown"),
        HeaderFault::Repeated => Words::of("import-header-repeated"),
        HeaderFault::Unnamed { place } => Words::of("import-header-unnamed").with("place", *place),
    }
}

fn row(fault: &RowFault) -> Words {
    match fault {
        RowFault::Short { has, needs } => {
            Words::of("import-row-short").with("has", *has).with("needs", *needs)
        }
        RowFault::Long { has, needs } => Words::of("import-row-long").with("has", *has).with("needs", *needs),
        RowFault::OpenQuote => Words::of("import-row-quote"),
        RowFault::Repeated { line } => Words::of("import-row-repeated").with("line", *line),
    }
}

fn cell(fault: &CellFault) -> Words {
    match fault {
        CellFault::Empty => Words::of("import-cell-empty"),
        CellFault::Formula => Words::of("import-cell-formula"),
        CellFault::TooLong { has, most } => {
            Words::of("import-cell-long").with("has", *has).with("most", *most)
        }
        CellFault::Character { .. } => Words::of("import-cell-invisible"),
        CellFault::Name(fault) => name(*fault),
        CellFault::Date(fault) => Words::of(date(*fault)),
        CellFault::Phone(fault) => phone(*fault),
        CellFault::Snils => Words::of("import-cell-snils"),
        CellFault::Time => Words::of("import-cell-time"),
        CellFault::Number { least, most } => {
            Words::of("import-cell-number").with("least", *least).with("most", *most)
        }
        CellFault::Class => Words::of("import-cell-class"),
        CellFault::Sex => Words::of("import-cell-sex"),
        CellFault::YesNo => Words::of("import-cell-yes-no"),
        CellFault::Access => Words::of("import-cell-access"),
        CellFault::Weekday => Words::of("import-cell-weekday"),
        CellFault::TermKind => Words::of("import-cell-terms"),
        CellFault::DayKind => Words::of("import-cell-days"),
        CellFault::Week => Words::of("import-cell-week"),
        CellFault::Subgroups => Words::of("import-cell-subgroups"),
        CellFault::Login => Words::of("import-cell-login"),
        CellFault::OtherThanClass => Words::of("import-cell-other-class"),
        CellFault::Unsupported => Words::of("import-cell-unsupported"),
    }
}

fn name(fault: NameFault) -> Words {
    match fault {
        NameFault::Empty => Words::of("import-name-empty"),
        NameFault::TooLong { has } => Words::of("import-cell-long").with("has", has).with("most", 100),
        NameFault::Character { found } if found.is_control() || !is_visible(found) => {
            Words::of("import-cell-invisible")
        }
        NameFault::Character { found } => Words::of("import-name-character").with("found", found.to_string()),
    }
}

/// Whether a character leaves ink: those that turn the direction of writing do not.
fn is_visible(sign: char) -> bool {
    !matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

const fn date(fault: DateFault) -> &'static str {
    match fault {
        DateFault::Unreadable => "import-date-unreadable",
        DateFault::NoSuchMonth => "import-date-month",
        DateFault::NoSuchDay => "import-date-day",
        DateFault::ShortYear => "import-date-year",
        DateFault::Future => "import-date-future",
        DateFault::TooEarly => "import-date-early",
    }
}

fn phone(fault: PhoneFault) -> Words {
    match fault {
        PhoneFault::Rounded => Words::of("import-phone-rounded"),
        PhoneFault::Character { found } => {
            Words::of("import-phone-character").with("found", found.to_string())
        }
        PhoneFault::TooShort => Words::of("import-phone-short"),
        PhoneFault::TooLong => Words::of("import-phone-long"),
        PhoneFault::NoCountry => Words::of("import-phone-country"),
    }
}

fn person(fault: &PersonFault, text: &str) -> Words {
    let of = |id| Words::of(id).with("text", text.to_owned());
    match fault {
        PersonFault::RepeatedId { line } => of("import-person-repeated-id").with("line", *line),
        PersonFault::Repeated { file, line } => {
            of("import-person-repeated").with("file", file.clone()).with("line", *line)
        }
        PersonFault::Differs { file, line } => {
            of("import-person-differs").with("file", file.clone()).with("line", *line)
        }
        PersonFault::OtherPerson { name } => of("import-person-other").with("name", name.clone()),
        PersonFault::OtherId { external_id } => of("import-person-other-id").with("id", external_id.clone()),
        PersonFault::SameName { login: Some(login) } => {
            of("import-person-namesake-login").with("login", login.clone())
        }
        PersonFault::SameName { login: None } => of("import-person-namesake"),
        PersonFault::SameNameInFile { line } => of("import-person-namesake-line").with("line", *line),
        PersonFault::LoginTaken => of("import-person-login-taken"),
        PersonFault::OtherLogin { login } => of("import-person-other-login").with("login", login.clone()),
    }
}

fn reference(fault: &ReferenceFault, text: &str) -> Words {
    let of = |id| Words::of(id).with("text", text.to_owned());
    match fault {
        ReferenceFault::Class { label } => Words::of("import-no-class").with("label", label.to_string()),
        ReferenceFault::Teacher => of("import-no-teacher"),
        ReferenceFault::Namesakes { count } => of("import-namesakes").with("count", *count),
        ReferenceFault::Child => of("import-no-child"),
        ReferenceFault::ChildByName => of("import-child-by-name"),
        ReferenceFault::ChildClass { label } => {
            Words::of("import-child-class").with("label", label.to_string())
        }
        ReferenceFault::Teaching => of("import-no-teaching"),
        ReferenceFault::TeachingOfAnother => of("import-teaching-another"),
        ReferenceFault::Division => of("import-division"),
        ReferenceFault::Bells => of("import-no-bells"),
        ReferenceFault::Bell => Words::of("import-no-bell"),
        ReferenceFault::Terms => Words::of("import-no-terms"),
        ReferenceFault::PartOfGrade => Words::of("import-part-of-grade"),
    }
}

fn span(fault: &SpanFault) -> Words {
    match fault {
        SpanFault::Backwards => Words::of("import-span-backwards"),
        SpanFault::Overlaps { line } => Words::of("import-span-overlaps").with("line", *line),
        SpanFault::Repeated { line } => Words::of("import-span-repeated").with("line", *line),
        SpanFault::OtherYear { start_year } => Words::of("import-span-year")
            .with("from", start_year.to_string())
            .with("to", (start_year + 1).to_string()),
    }
}

fn lesson(fault: &LessonFault) -> Words {
    let (id, line) = match fault {
        LessonFault::TeacherBusy { line } => ("import-busy-teacher", line),
        LessonFault::ClassBusy { line } => ("import-busy-class", line),
        LessonFault::RoomBusy { line } => ("import-busy-room", line),
    };
    let other = match line {
        Some(line) => Words::of("import-busy-line").with("line", *line),
        None => Words::of("import-busy-elsewhere"),
    };
    Words::of(id).with("other", other.say())
}
