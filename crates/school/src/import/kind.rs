//! Which lists there are, and the file names they are known by.

use super::column::key;

/// One of the lists a school brings (docs/import.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// «Классы».
    Classes,
    /// «Сотрудники».
    Staff,
    /// «Ученики».
    Pupils,
    /// «Родители»: one row for each adult and child.
    Guardians,
    /// «Нагрузка»: who teaches what to whom.
    Load,
    /// «Звонки».
    Bells,
    /// «Периоды».
    Terms,
    /// «Каникулы».
    DaysOff,
    /// «Расписание-список».
    Timetable,
}

impl FileKind {
    /// All lists, in the order in which they are read and reported.
    pub const ALL: [Self; 9] = [
        Self::Classes,
        Self::Staff,
        Self::Pupils,
        Self::Guardians,
        Self::Load,
        Self::Bells,
        Self::Terms,
        Self::DaysOff,
        Self::Timetable,
    ];

    /// The names a file may have, without the extension; the first is the one that is said.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Classes => &["Классы", "Класс", "Classes"],
            Self::Staff => &["Сотрудники", "Сотрудник", "Учителя", "Staff", "Teachers"],
            Self::Pupils => &["Ученики", "Ученик", "Обучающиеся", "Pupils", "Students"],
            Self::Guardians => &["Родители", "Родитель", "Законные представители", "Guardians", "Parents"],
            Self::Load => &["Нагрузка", "Учебный план", "Teaching", "Load"],
            Self::Bells => &["Звонки", "Расписание звонков", "Bells"],
            Self::Terms => &["Периоды", "Четверти", "Terms"],
            Self::DaysOff => &["Каникулы", "Праздники", "Holidays"],
            Self::Timetable => &["Расписание-список", "Расписание", "Timetable"],
        }
    }

    /// The list a file holds, by its name; case, spaces and hyphens do not matter.
    #[must_use]
    pub fn of_name(file: &str) -> Option<Self> {
        let (stem, extension) = file.rsplit_once('.')?;
        let table = matches!(extension.to_ascii_lowercase().as_str(), "csv" | "tsv");
        let stem = key(stem);
        Self::ALL.into_iter().find(|kind| table && kind.names().iter().any(|name| key(name) == stem))
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn files_are_known_by_their_names() {
        for (name, kind) in [
            ("Ученики.csv", Some(FileKind::Pupils)),
            ("ученики.TSV", Some(FileKind::Pupils)),
            ("Расписание список.csv", Some(FileKind::Timetable)),
            ("расписание-список.csv", Some(FileKind::Timetable)),
            ("students.csv", Some(FileKind::Pupils)),
            ("Ученики.xlsx", None),
            ("Ученики 6А.csv", None),
            ("README", None),
        ] {
            assert_eq!(FileKind::of_name(name), kind, "{name}");
        }
    }
}
