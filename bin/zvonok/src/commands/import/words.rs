//! What the import says besides problems.

use school::import::{FileKind, FileNote, Report, RowKind, RowOutcome, UndoError};
use web::flows::import::UndoRefused;

/// A number with its noun: 1 место, 2 места, 5 мест.
pub(super) fn counted(count: usize, [one, few, many]: [&str; 3]) -> String {
    let noun = match (count % 10, count % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    };
    format!("{count} {noun}")
}

/// What was guessed about a file, and what of it is not kept.
pub(super) fn note(note: &FileNote) -> Vec<String> {
    let delimiter = match note.delimiter {
        '\t' => "табуляция".to_owned(),
        sign => format!("«{sign}»"),
    };
    let rows = counted(note.rows, ["строка", "строки", "строк"]);
    let mut lines =
        vec![format!("{}: кодировка {}, разделитель {delimiter}, {rows}", note.file, note.encoding.name())];
    if !note.unkept.is_empty() {
        let columns: Vec<String> = note.unkept.iter().map(|column| format!("«{column}»")).collect();
        lines.push(format!("  эта версия не хранит: {}", columns.join(", ")));
    }
    lines
}

/// How many rows of each list end how.
pub(super) fn counts(report: &Report) -> Vec<String> {
    let line = |(list, counts): (FileKind, school::import::Counts)| {
        let name = list.names().first().copied().unwrap_or_default();
        format!("{name}: новых {}, изменено {}, без изменений {}", counts.added, counts.changed, counts.same)
    };
    report.counts().into_iter().map(line).collect()
}

/// Every row that is new or changes.
pub(super) fn diff(report: &Report) -> Vec<String> {
    let name = |list: FileKind| list.names().first().copied().unwrap_or_default();
    report
        .rows()
        .filter_map(|row| match &row.outcome {
            RowOutcome::Added => Some(format!("+ {}:{}: {}", name(row.list), row.line, row.label)),
            RowOutcome::Changed(fields) => {
                let fields: Vec<&str> = fields.iter().map(|field| field_word(*field)).collect();
                Some(format!("~ {}:{}: {} ({})", name(row.list), row.line, row.label, fields.join(", ")))
            }
            RowOutcome::Same => None,
        })
        .collect()
}

const fn field_word(field: school::import::Field) -> &'static str {
    use school::import::Field;
    match field {
        Field::ExternalId => "внешний ID",
        Field::Name => "имя",
        Field::BirthDate => "дата рождения",
        Field::Sex => "пол",
        Field::Phone => "телефон",
        Field::Snils => "СНИЛС",
        Field::Account => "учётная запись",
        Field::Roles => "права",
        Field::Homeroom => "классное руководство",
        Field::ClassGroup => "класс",
        Field::Subgroups => "подгруппы",
        Field::Guardianship => "родство, доступ или порядок связи",
        Field::Teacher => "учитель",
        Field::Load => "часы или кабинет",
        Field::Dates => "название или даты",
        Field::MarksClose => "день закрытия отметок",
        Field::ClassCard => "кабинет, периоды, звонки или пятидневка",
    }
}

/// Why an import was not undone, and what to do.
pub(super) fn undo_refused(refused: &UndoRefused) -> String {
    match refused {
        UndoRefused::Roster(UndoError::Missing) => "такой загрузки нет. Проверьте номер".to_owned(),
        UndoRefused::Roster(UndoError::Undone) => "она уже отменена".to_owned(),
        UndoRefused::Roster(UndoError::Later { later }) => {
            format!("после неё была загрузка {later}. Сначала отмените ту: zvonok import --undo {later}")
        }
        UndoRefused::Roster(UndoError::InUse { kind, name }) => {
            let what = row_word(*kind);
            let whose = if name.is_empty() { String::new() } else { format!(" ({name})") };
            format!("отменить нельзя, на неё уже опираются: {what}{whose}. Ничего не изменено")
        }
        UndoRefused::Lessons { lessons } => {
            let count = counted(usize::try_from(*lessons).unwrap_or(usize::MAX), ["урок", "урока", "уроков"]);
            format!("отменить нельзя, по её расписанию уже заполнено: {count}. Ничего не изменено")
        }
        UndoRefused::Messages => {
            "отменить нельзя, в чатах её классов уже есть сообщения. Ничего не изменено".to_owned()
        }
        UndoRefused::Roster(UndoError::Store(error)) => error.to_string(),
        UndoRefused::Failed(failure) => failure.to_string(),
    }
}

const fn row_word(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Year => "учебный год",
        RowKind::Term => "период",
        RowKind::DaysOff => "каникулы",
        RowKind::ClassGroup => "класс",
        RowKind::Subgroup => "подгруппа",
        RowKind::Person => "человек",
        RowKind::Account => "учётная запись",
        RowKind::Grant => "права",
        RowKind::Membership => "место в классе",
        RowKind::Guardianship => "связь с ребёнком",
        RowKind::Subject => "предмет",
        RowKind::Teaching => "нагрузка",
        RowKind::Bells => "звонки",
        RowKind::MarksClose => "закрытие отметок",
        RowKind::Timetable => "расписание",
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn numbers_have_their_nouns() {
        let of = |count| counted(count, ["место", "места", "мест"]);
        for (count, text) in [
            (1, "1 место"),
            (3, "3 места"),
            (5, "5 мест"),
            (11, "11 мест"),
            (121, "121 место"),
            (112, "112 мест"),
        ] {
            assert_eq!(of(count), text);
        }
    }
}
