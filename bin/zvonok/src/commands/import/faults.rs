//! The one map from what is wrong with a list to a Russian line (STY-R3).

use school::import::{
    CellFault, DateFault, FileFault, FileKind, HeaderFault, LessonFault, PersonFault, PhoneFault, Problem,
    ProblemKind, ReferenceFault, RowFault, SpanFault,
};

use crate::words;

/// `file:line:column: text`, without the parts that there are not.
pub(super) fn line(problem: &Problem) -> String {
    let mut place = problem.file.clone();
    if problem.line > 0 {
        place.push_str(&format!(":{}", problem.line));
    }
    if let Some(column) = &problem.column {
        place.push_str(&format!(":{column}"));
    }
    if place.is_empty() { text(problem) } else { format!("{place}: {}", text(problem)) }
}

fn text(problem: &Problem) -> String {
    match &problem.kind {
        ProblemKind::File(fault) => file(fault),
        ProblemKind::Header(fault) => header(fault),
        ProblemKind::Row(fault) => row(fault),
        ProblemKind::Cell(CellFault::Empty) => "клетка пуста, а столбец обязательный".to_owned(),
        ProblemKind::Cell(fault) => format!("«{}» — {}", problem.text, cell(fault)),
        ProblemKind::Person(fault) => person(fault, &problem.text),
        ProblemKind::Reference(fault) => reference(fault, &problem.text),
        ProblemKind::Span(fault) => span(fault),
        ProblemKind::Lesson(fault) => lesson(fault),
    }
}

fn file(fault: &FileFault) -> String {
    match fault {
        FileFault::NoLists => {
            format!("в папке нет ни одной таблицы. Имена файлов: {}", names())
        }
        FileFault::Unknown => format!("такой таблицы нет среди известных. Имена файлов: {}", names()),
        FileFault::Workbook => "это книга электронной таблицы. Сохраните лист как CSV".to_owned(),
        FileFault::Second { first } => {
            format!("это вторая таблица того же вида, первая — {first}. Оставьте одну")
        }
        FileFault::Empty => "файл пуст, нужна хотя бы строка с названиями столбцов".to_owned(),
        FileFault::NotText { encoding } => {
            format!("это не текст в кодировке {encoding}. Сохраните таблицу как CSV или укажите --encoding")
        }
        FileFault::TooLarge { most } => format!("файл больше {} МБ", most / 1024 / 1024),
        FileFault::TooManyRows { most } => {
            format!("больше {most} строк. Разделите таблицу и загрузите по частям")
        }
        FileFault::TooManyColumns { most } => format!("больше {most} столбцов"),
    }
}

fn names() -> String {
    let first = |kind: FileKind| kind.names().first().map(|name| format!("{name}.csv")).unwrap_or_default();
    FileKind::ALL.map(first).join(", ")
}

fn header(fault: &HeaderFault) -> String {
    match fault {
        HeaderFault::Missing => "нет обязательного столбца".to_owned(),
        HeaderFault::Unknown => {
            "такого столбца в этой таблице не бывает. Исправьте название или удалите его".to_owned()
        }
        HeaderFault::Repeated => "столбец стоит дважды".to_owned(),
        HeaderFault::Unnamed { place } => format!("у {place}-го столбца нет названия"),
    }
}

fn row(fault: &RowFault) -> String {
    match fault {
        RowFault::Short { has, needs } => format!("в строке клеток {has}, а столбцов {needs}"),
        RowFault::Long { has, needs } => format!("в строке клеток {has}, а столбцов {needs}; лишнее удалите"),
        RowFault::OpenQuote => "кавычка открыта и не закрыта".to_owned(),
        RowFault::Repeated { line } => format!("о том же говорит строка {line}. Оставьте одну"),
    }
}

fn cell(fault: &CellFault) -> String {
    match fault {
        CellFault::Empty => "пусто".to_owned(),
        CellFault::Formula => "формула; впишите её значение".to_owned(),
        CellFault::TooLong { has, most } => format!("слишком длинно: знаков {has}, можно {most}"),
        CellFault::Character { .. } => "внутри невидимый знак; наберите заново".to_owned(),
        CellFault::Name(fault) => words::name(*fault),
        CellFault::Date(fault) => date(*fault).to_owned(),
        CellFault::Phone(fault) => phone(*fault),
        CellFault::Snils => "не СНИЛС: нужно 11 цифр с верной контрольной суммой".to_owned(),
        CellFault::Time => "не время; пример: 8:30".to_owned(),
        CellFault::Number { least, most } => format!("не целое число от {least} до {most}"),
        CellFault::Class => "не название класса; пример: 6 «А»".to_owned(),
        CellFault::Sex => "не пол; впишите «ж» или «м»".to_owned(),
        CellFault::YesNo => "впишите «да» или «нет»".to_owned(),
        CellFault::Access => "не вид доступа; бывает «полный», «чтение» и «нет»".to_owned(),
        CellFault::Weekday => "не день недели".to_owned(),
        CellFault::TermKind => {
            "не вид периодов; бывает «четверть», «триместр», «полугодие» и «модуль»".to_owned()
        }
        CellFault::DayKind => "не вид дней; бывает «каникулы», «праздник» и «как понедельник»".to_owned(),
        CellFault::Week => "не вид недель; бывает «все», «1» и «2»".to_owned(),
        CellFault::Subgroups => "не подгруппы; пример: «англ:1; инф:2», в каждом делении одна".to_owned(),
        CellFault::Login => "не логин: годятся строчные латинские буквы, цифры, точка и дефис".to_owned(),
        CellFault::OtherThanClass => "в столбце «Класс» другое".to_owned(),
        CellFault::Unsupported => "эта версия такого не загружает; оставьте клетку пустой".to_owned(),
    }
}

const fn date(fault: DateFault) -> &'static str {
    match fault {
        DateFault::Unreadable => "не дата; пример: 05.09.2014",
        DateFault::NoSuchMonth => "такого месяца нет",
        DateFault::NoSuchDay => "такого дня в этом месяце нет",
        DateFault::ShortYear => "год из двух цифр; нужны четыре",
        DateFault::Future => "этот день ещё не наступил",
        DateFault::TooEarly => "раньше 1900 года",
    }
}

fn phone(fault: PhoneFault) -> String {
    match fault {
        PhoneFault::Rounded => {
            "номер потерян: таблица округлила его; сделайте столбец текстовым и впишите номер заново"
                .to_owned()
        }
        PhoneFault::Character { found } => format!("в номере не бывает знака «{found}»"),
        PhoneFault::TooShort => "в номере не хватает цифр; пример: +7 900 000-00-01".to_owned(),
        PhoneFault::TooLong => "в номере лишние цифры; пример: +7 900 000-00-01".to_owned(),
        PhoneFault::NoCountry => "нет кода страны; пример: +375 29 123-45-67".to_owned(),
    }
}

fn person(fault: &PersonFault, text: &str) -> String {
    match fault {
        PersonFault::RepeatedId { line } => format!("«{text}» уже стоит в строке {line}"),
        PersonFault::Repeated { file, line } => {
            format!("этот же человек уже есть: {file}, строка {line}. Оставьте одну строку")
        }
        PersonFault::Differs { file, line } => {
            format!("этот человек записан иначе: {file}, строка {line}. Сделайте одинаково")
        }
        PersonFault::OtherPerson { name } => {
            format!("под этим внешним ID в базе другой человек: {name}. Исправьте ID")
        }
        PersonFault::OtherId { external_id } => {
            format!("этот человек есть в базе под внешним ID «{external_id}». Впишите его")
        }
        PersonFault::SameName { login: Some(login) } => format!(
            "{text}: в базе есть человек с этим именем, и неясно, он ли это. Если он, впишите в столбец «Логин»: {login}; если другой, впишите новый логин"
        ),
        PersonFault::SameName { login: None } => format!(
            "{text}: в базе есть человек с этим именем, и неясно, он ли это. Впишите внешний ID или дату рождения"
        ),
        PersonFault::SameNameInFile { line } => format!(
            "{text}: то же имя в строке {line}, и неясно, один ли это человек. Впишите внешний ID в обе строки"
        ),
        PersonFault::LoginTaken => format!("логин «{text}» занят другим человеком"),
        PersonFault::OtherLogin { login } => {
            format!("у этого человека уже есть логин «{login}». Впишите его или оставьте клетку пустой")
        }
    }
}

fn reference(fault: &ReferenceFault, text: &str) -> String {
    match fault {
        ReferenceFault::Class { label } => format!("класса {label} нет ни в таблице «Классы», ни в базе"),
        ReferenceFault::Teacher => {
            format!("«{text}» — такого сотрудника нет ни в таблице «Сотрудники», ни в базе. Нужно полное имя")
        }
        ReferenceFault::Namesakes { count } => {
            format!("«{text}» — таких сотрудников {count}. Впишите внешний ID вместо имени")
        }
        ReferenceFault::Child => format!("«{text}» — такого ученика нет. Впишите его внешний ID"),
        ReferenceFault::ChildByName => {
            format!("«{text}» — одного имени мало. Впишите внешний ID или имя с датой рождения")
        }
        ReferenceFault::ChildClass { label } => format!("этот ребёнок в классе {label}"),
        ReferenceFault::Teaching => {
            format!("«{text}» — этого предмета у класса или подгруппы нет в таблице «Нагрузка»")
        }
        ReferenceFault::TeachingOfAnother => {
            format!("«{text}» — в таблице «Нагрузка» этот предмет там ведёт другой учитель")
        }
        ReferenceFault::Division => format!("«{text}» — впишите, какое это деление: «англ», «инф»"),
        ReferenceFault::Bells => format!("«{text}» — такого набора нет в таблице «Звонки»"),
        ReferenceFault::Bell => "на этот урок нет звонка".to_owned(),
        ReferenceFault::Terms => "таких периодов нет в таблице «Периоды»".to_owned(),
        ReferenceFault::PartOfGrade => {
            "каникулы хранятся для всей параллели; перечислите все её классы".to_owned()
        }
    }
}

fn span(fault: &SpanFault) -> String {
    match fault {
        SpanFault::Backwards => "кончается раньше, чем начинается".to_owned(),
        SpanFault::Overlaps { line } => format!("пересекается со строкой {line}"),
        SpanFault::Repeated { line } => format!("этот номер уже стоит в строке {line}"),
        SpanFault::OtherYear { start_year } => {
            format!("не в {start_year}/{} учебном году, как первый период", start_year + 1)
        }
    }
}

fn lesson(fault: &LessonFault) -> String {
    let other = |line: &Option<u32>| match line {
        Some(line) => format!("строка {line}"),
        None => "урок класса, которого нет в таблице".to_owned(),
    };
    match fault {
        LessonFault::TeacherBusy { line } => format!("учитель в это время занят: {}", other(line)),
        LessonFault::ClassBusy { line } => format!("у класса в это время другой урок: {}", other(line)),
        LessonFault::RoomBusy { line } => format!("кабинет в это время занят: {}", other(line)),
    }
}
