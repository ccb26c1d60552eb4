//! The columns of the lists and the headers they are known by (docs/import.md, DIA-X2).

use super::FileKind;

/// What a column is to its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Without it the list is refused.
    Obligatory,
    /// Read when it is there.
    Optional,
    /// Known and read over: this version keeps no such thing, and says so.
    Unkept,
}

macro_rules! columns {
    ($($column:ident: $($name:literal),+;)+) => {
        /// A column of one of the lists.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Column {
            $($column,)+
        }

        impl Column {
            /// The headers it may have; the first is the one that is said.
            const fn names(self) -> &'static [&'static str] {
                match self {
                    $(Self::$column => &[$($name),+],)+
                }
            }
        }
    };
}

columns! {
    Access: "Доступ", "Доступы", "Access";
    Address: "Адрес", "Адреса", "Address";
    Begins: "Начало", "Начала", "С", "Begins", "Start";
    BellSet: "Набор звонков", "Наборы звонков", "Bells";
    Benefit: "Льгота/ОВЗ", "Льгота", "Льготы", "ОВЗ";
    BirthDate: "Дата рождения", "Даты рождения", "Birth date", "Birthday";
    Building: "Корпус", "Корпуса", "Building";
    Child: "Ребёнок", "Дети", "Ребёнок (внешний ID или ФИО + дата рождения)", "Child";
    ChildClass: "Класс ребёнка", "Классы детей", "Child class";
    Class: "Класс", "Классы", "Class";
    Classes: "Классы", "Класс", "Classes";
    CloseMarks: "Закрыть отметки", "Close marks";
    ContactOrder: "Порядок связи", "Contact order";
    Day: "День", "Дни", "День недели", "Day";
    DayKind: "Вид", "Виды", "Kind";
    Division: "Деление", "Деления", "Деление (имя)", "Division";
    Email: "E-mail", "Почта", "Эл. почта", "Электронная почта";
    Ends: "Конец", "Концы", "По", "Ends", "End";
    EnrolledOn: "Дата зачисления", "Даты зачисления", "Enrolled on";
    ExternalId: "Внешний ID", "ID", "Внешний идентификатор", "External ID";
    FiveDays: "Пятидневка", "Five days";
    FromDate: "С даты", "From date";
    Given: "Имя", "Имена", "Given name", "First name";
    Grade: "Параллель", "Параллели", "Grade";
    HiredOn: "Дата приёма", "Даты приёма", "Hired on";
    HolidaysFrom: "Каникулы с", "Holidays from";
    HolidaysTo: "по", "Каникулы по", "Holidays to";
    HomeroomOf: "Классное руководство", "Homeroom of";
    HomeroomTeacher: "Классный руководитель", "Классные руководители", "Homeroom teacher";
    Hours: "Часов в неделю", "Часы в неделю", "Часы", "Hours per week";
    LegalRepresentative: "Законный представитель", "Законный представитель (да/нет)", "Legal representative";
    Letter: "Литера", "Литеры", "Letter";
    Login: "Логин", "Логины", "Login";
    Note: "Примечание", "Примечания", "Note", "Notes";
    Number: "№", "Номер", "Number";
    OrderNo: "№ приказа", "Номер приказа", "Приказ №", "Приказ", "Order";
    PartTime: "Совместитель", "Совместители", "Part time";
    Patronymic: "Отчество", "Отчества", "Patronymic", "Middle name";
    Phone: "Телефон", "Телефоны", "Тел.", "Phone";
    Position: "Должность", "Должности", "Position";
    Relation: "Степень родства", "Родство", "Relation";
    Room: "Кабинет", "Кабинеты", "Каб.", "Room";
    Scale: "Шкала", "Шкалы", "Scale";
    SecondTeacher: "Второй учитель", "Вторые учителя", "Second teacher";
    Set: "Набор", "Наборы", "Set";
    Sex: "Пол", "Sex";
    Shift: "Смена", "Смены", "Shift";
    Slot: "Урок №", "Урок", "Уроки", "Номер урока", "№ урока", "Lesson";
    Snils: "СНИЛС", "SNILS";
    Stream: "Поток", "Потоки", "Поток (классы через запятую)", "Stream";
    Subgroup: "Подгруппа", "Подгруппы", "Subgroup";
    Subgroups: "Подгруппы", "Подгруппа", "Subgroups";
    Subject: "Предмет", "Предметы", "Subject";
    Subjects: "Предметы", "Предмет", "Subjects";
    Surname: "Фамилия", "Фамилии", "Surname", "Last name";
    Teacher: "Учитель", "Учителя", "Teacher";
    TermKind: "Тип периодов", "Типы периодов", "Term kind";
    TermTitle: "Название", "Названия", "Title", "Name";
    TermType: "Тип", "Типы", "Type";
    ToDate: "По дату", "To date";
    Track: "Профиль", "Профили", "Track";
    Week: "Неделя", "Недели", "Неделя (все/1/2)", "Week";
    Weekdays: "Дни недели", "Weekdays";
}

impl Column {
    /// The name that is said when the file has no such column.
    pub(crate) const fn title(self) -> &'static str {
        match self.names() {
            [first, ..] => first,
            [] => "",
        }
    }
}

impl FileKind {
    /// The columns of the list.
    #[expect(clippy::too_many_lines, reason = "one table, easier read whole")]
    pub(crate) const fn columns(self) -> &'static [(Column, Need)] {
        use Column as C;
        use Need::{Obligatory as Must, Optional as May, Unkept};
        match self {
            Self::Classes => &[
                (C::Class, Must),
                (C::Grade, May),
                (C::Letter, May),
                (C::Track, Unkept),
                (C::Shift, May),
                (C::Building, Unkept),
                (C::Room, May),
                (C::HomeroomTeacher, May),
                (C::TermKind, May),
                (C::BellSet, May),
                (C::FiveDays, May),
            ],
            Self::Staff => &[
                (C::ExternalId, May),
                (C::Surname, Must),
                (C::Given, Must),
                (C::Patronymic, May),
                (C::Position, Must),
                (C::Subjects, Unkept),
                (C::HomeroomOf, May),
                (C::Phone, May),
                (C::Email, Unkept),
                (C::HiredOn, May),
                (C::Snils, May),
                (C::BirthDate, May),
                (C::Sex, May),
                (C::PartTime, Unkept),
                (C::Login, May),
                (C::Note, Unkept),
            ],
            Self::Pupils => &[
                (C::ExternalId, May),
                (C::Surname, Must),
                (C::Given, Must),
                (C::Patronymic, May),
                (C::BirthDate, Must),
                (C::Sex, May),
                (C::Class, Must),
                (C::EnrolledOn, May),
                (C::OrderNo, May),
                (C::Snils, May),
                (C::Phone, May),
                (C::Email, Unkept),
                (C::Address, Unkept),
                (C::Shift, Unkept),
                (C::Subgroups, May),
                (C::Benefit, Unkept),
                (C::Login, May),
                (C::Note, Unkept),
            ],
            Self::Guardians => &[
                (C::ExternalId, May),
                (C::Surname, Must),
                (C::Given, Must),
                (C::Patronymic, May),
                (C::BirthDate, May),
                (C::Snils, May),
                (C::Sex, May),
                (C::Phone, May),
                (C::Email, Unkept),
                (C::Child, Must),
                (C::ChildClass, May),
                (C::Relation, May),
                (C::LegalRepresentative, Unkept),
                (C::Access, May),
                (C::ContactOrder, May),
                (C::Login, May),
                (C::Note, Unkept),
            ],
            Self::Load => &[
                (C::Class, Must),
                (C::Subgroup, May),
                (C::Subject, Must),
                (C::Hours, Must),
                (C::Teacher, Must),
                (C::SecondTeacher, May),
                (C::Room, May),
                (C::Scale, Unkept),
                (C::Division, May),
                (C::Stream, May),
            ],
            Self::Bells => &[
                (C::Set, Must),
                (C::Weekdays, May),
                (C::Shift, May),
                (C::Slot, Must),
                (C::Begins, Must),
                (C::Ends, Must),
            ],
            Self::Terms => &[
                (C::TermType, Must),
                (C::Number, Must),
                (C::TermTitle, May),
                (C::Begins, Must),
                (C::Ends, Must),
                (C::Classes, May),
                (C::CloseMarks, May),
                (C::HolidaysFrom, May),
                (C::HolidaysTo, May),
            ],
            Self::DaysOff => &[
                (C::TermTitle, Must),
                (C::Begins, Must),
                (C::Ends, May),
                (C::DayKind, May),
                (C::Classes, May),
            ],
            Self::Timetable => &[
                (C::Day, Must),
                (C::Slot, Must),
                (C::Class, Must),
                (C::Subgroup, May),
                (C::Subject, Must),
                (C::Teacher, Must),
                (C::Room, May),
                (C::Week, May),
                (C::FromDate, May),
                (C::ToDate, May),
            ],
        }
    }

    /// The column of this list that a header names; the list's own first names go before the further ones.
    pub(crate) fn column(self, header: &str) -> Option<(Column, Need)> {
        let wanted = key(header);
        let named = |first: bool| {
            self.columns().iter().copied().find(|(column, _)| {
                let names = column.names();
                let names = if first { &names[..1] } else { names };
                names.iter().any(|name| key(name) == wanted)
            })
        };
        if wanted.is_empty() { None } else { named(true).or_else(|| named(false)) }
    }
}

/// What headers and file names are compared by: letters, digits and № only, in one case, ё as е, Latin look-alikes
/// as Cyrillic.
pub(crate) fn key(text: &str) -> String {
    crate::search_key(text).chars().filter(|sign| sign.is_alphanumeric() || *sign == '№').collect()
}

#[cfg(test)]
mod tests {
    use super::{Column, FileKind, key};

    #[test]
    fn headers_forgive_spaces_case_yo_stars_and_plural() {
        // DIA-X2
        for (header, column) in [
            ("ФАМИЛИЯ*", Some(Column::Surname)),
            (" имя ", Some(Column::Given)),
            ("Дата  рождения*", Some(Column::BirthDate)),
            ("внешний id", Some(Column::ExternalId)),
            ("Классы", Some(Column::Class)),
            ("Last name", Some(Column::Surname)),
            ("№  приказа", Some(Column::OrderNo)),
            ("Подгруппы", Some(Column::Subgroups)),
            ("E-mail", Some(Column::Email)),
            ("Прозвище", None),
            ("", None),
            ("*", None),
        ] {
            assert_eq!(FileKind::Pupils.column(header).map(|(column, _)| column), column, "{header:?}");
        }
        let of = |kind: FileKind, header| kind.column(header).map(|(column, _)| column);
        assert_eq!(of(FileKind::Guardians, "Ребенок"), Some(Column::Child));
        assert_eq!(of(FileKind::Terms, "№*"), Some(Column::Number));
        assert_eq!(of(FileKind::Terms, "по"), Some(Column::HolidaysTo));
        assert_eq!(of(FileKind::Staff, "Дата приема"), Some(Column::HiredOn));
    }

    #[test]
    fn no_header_names_two_columns_of_a_list_by_its_first_name() {
        for kind in FileKind::ALL {
            let mut seen = std::collections::HashSet::new();
            for (column, _) in kind.columns() {
                assert!(seen.insert(key(column.title())), "{kind:?} {column:?}");
            }
        }
    }
}
