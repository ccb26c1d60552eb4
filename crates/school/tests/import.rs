//! The import of lists into a base: the demo school whole, again, and taken back.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on must stop, and a kit is shared"
)]

use std::path::{Path, PathBuf};

use school::import::{
    Applied, CheckError, FileKind, Plan, Report, RowKind, RowOutcome, Sheets, SourceFile, UndoError, apply,
    count_written, list_imports, undo,
};
use school::{ImportId, Role};
use store::{Random, Schema, Store, UtcInstant};
use time::Date;
use time::macros::{date, datetime};

const TODAY: Date = date!(2026 - 10 - 14);

fn now() -> UtcInstant {
    UtcInstant::from(datetime!(2026-10-14 7:47 UTC))
}

struct Empty {
    store: Store,
    _dir: tempfile::TempDir,
}

impl Empty {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let schema = Schema::join(&[store::MIGRATIONS, school::MIGRATIONS]);
        let store = Store::create(&dir.path().join("zvonok.db"), &schema, &Random::seeded(1)).unwrap();
        Self { store, _dir: dir }
    }

    /// Imports as the flow of the whole program does, without bells and timetable, which others own.
    fn import(&self, files: Vec<SourceFile>) -> Result<(Option<ImportId>, Report), CheckError> {
        self.store.write_blocking(move |tx| {
            let plan = Plan::check(tx, Sheets::read(&files, None, TODAY), TODAY)?;
            let Applied { batch, report, change, .. } = apply(tx, now(), TODAY, "папка", &plan)?;
            drop(change);
            let total = report.total();
            Ok((batch.finish(tx, total.added, total.changed)?, report))
        })
    }

    fn problems(&self, files: Vec<SourceFile>) -> Vec<String> {
        match self.import(files) {
            Ok(_) => Vec::new(),
            Err(CheckError::Problems(problems)) => problems
                .iter()
                .map(|one| format!("{}:{}:{}", one.file, one.line, one.column.as_deref().unwrap_or("-")))
                .collect(),
            Err(CheckError::Store(error)) => panic!("{error:?}"),
        }
    }

    fn undo(&self, import: ImportId) -> Result<(), UndoError> {
        self.store.write_blocking(move |tx| undo(tx, now(), import).map(drop))
    }

    fn count(&self, ask: impl for<'t> FnOnce(&store::ReadTx<'t>) -> Result<usize, store::Error>) -> usize {
        self.store.read_blocking(ask).unwrap()
    }

    fn accounts(&self) -> usize {
        self.count(|tx| Ok(school::list_accounts(tx)?.len()))
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn folder(path: &str) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(fixtures().join(path)).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            let name = entry.file_name().into_string().unwrap();
            files.push(SourceFile { name, bytes: std::fs::read(entry.path()).unwrap() });
        }
    }
    files
}

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

#[test]
fn the_small_school_is_imported_whole_and_a_second_time_changes_nothing() {
    // DIA-X1, DIA-X7, DIA-X8
    let base = Empty::new();
    let (import, report) = base.import(folder("small_school")).unwrap();
    assert!(import.is_some());
    let added: Vec<(FileKind, usize, usize)> =
        report.counts().into_iter().map(|(list, counts)| (list, counts.added, counts.same)).collect();
    assert_eq!(
        added,
        [
            (FileKind::Classes, 11, 0),
            (FileKind::Staff, 28, 0),
            (FileKind::Pupils, 240, 0),
            (FileKind::Guardians, 371, 0),
            (FileKind::Load, 161, 0),
            (FileKind::Terms, 6, 0),
            (FileKind::DaysOff, 11, 0),
        ]
    );
    // One person for each number: С-18 is a teacher and a mother.
    assert_eq!(base.accounts(), 28 + 240 + 300);
    let in_class = base.count(|tx| {
        let year = school::find_year_of(tx, 2026)?.unwrap();
        let classes = school::list_class_groups(tx, year.id)?;
        let mut count = 0;
        for class in &classes {
            count += school::class_pupils(tx, class.id, date!(2026 - 12 - 01))?.len();
        }
        Ok(count)
    });
    assert_eq!(in_class, 240);

    let (import, report) = base.import(folder("small_school")).unwrap();
    let total = report.total();
    assert_eq!((import, total.added, total.changed), (None, 0, 0));
    assert_eq!(base.accounts(), 28 + 240 + 300);
}

#[test]
fn positions_become_roles_and_the_homeroom_teacher_is_known() {
    let base = Empty::new();
    base.import(folder("small_school")).unwrap();
    let of = |login: &str| {
        let login = login.to_owned();
        base.store
            .read_blocking(move |tx| {
                let person = school::find_account(tx, &login)?.unwrap().person;
                Ok::<_, store::Error>(school::roles_of(tx, person, TODAY)?.iter().collect::<Vec<_>>())
            })
            .unwrap()
    };
    assert_eq!(of("gromova.o"), [Role::Teacher, Role::HomeroomTeacher]);
    assert_eq!(of("zotova.t"), [Role::Teacher, Role::DeputyHead]);
    assert_eq!(of("kravtsova.i"), [Role::Teacher, Role::HeadTeacher]);
    assert_eq!(of("barinova.e"), [Role::SafeguardingLead]);
    assert_eq!(of("sedov.a"), [Role::Administrator]);
    assert_eq!(of("pak.v"), []);
}

#[test]
fn an_import_is_undone_to_the_last_row() {
    // DIA-I20, DIA-ST8
    let base = Empty::new();
    let (import, _) = base.import(folder("small_school")).unwrap();
    let import = import.unwrap();
    base.undo(import).unwrap();
    assert_eq!(base.accounts(), 0);
    assert_eq!(base.count(|tx| Ok(school::list_subjects(tx)?.len())), 0);
    assert_eq!(base.count(|tx| Ok(usize::from(school::find_year_of(tx, 2026)?.is_some()))), 0);
    assert!(matches!(base.undo(import), Err(UndoError::Undone)));
    assert!(matches!(base.undo(ImportId::from_row(99)), Err(UndoError::Missing)));
    // What was undone can be imported again.
    assert!(base.import(folder("small_school")).unwrap().0.is_some());
}

const CLASSES: &str = "Класс;Кабинет\n6 «А»;214\n6 «Б»;215\n";

#[test]
fn changes_are_named_and_taken_back_and_what_is_used_stays() {
    // DIA-X1, DIA-X6, DIA-X7, DIA-I20
    let base = Empty::new();
    let pupils = "Внешний ID;Фамилия;Имя;Дата рождения;Класс;Телефон\n";
    let first =
        format!("{pupils}У-1;Дёмин;Артур;31.12.2013;6А;9000000001\nУ-2;Ершова;Полина;05.09.2014;6А;\n");
    let (before, _) = base.import(vec![file("Классы.csv", CLASSES), file("Ученики.csv", &first)]).unwrap();
    // A new phone, another class; an empty cell and a missing row change nothing.
    let second = format!("{pupils}У-1;Дёмин;Артур;31.12.2013;6Б;9000000002\n");
    let (after, report) = base.import(vec![file("Ученики.csv", &second)]).unwrap();
    let rows: Vec<String> = report.rows().map(|row| format!("{} {:?}", row.label, row.outcome)).collect();
    assert_eq!(rows, ["Дёмин Артур Changed([Phone, ClassGroup])"]);

    let class = |on: Date| {
        base.store
            .read_blocking(move |tx| {
                let person = school::find_account(tx, "dyomin.a")?.unwrap().person;
                let class = school::class_group_of(tx, person, on)?;
                Ok::<_, store::Error>(class.map(|class| class.label.short()))
            })
            .unwrap()
    };
    assert_eq!(class(date!(2026 - 10 - 13)).as_deref(), Some("6А"));
    assert_eq!(class(TODAY).as_deref(), Some("6Б"));
    let (before, after) = (before.unwrap(), after.unwrap());
    let written = |import| {
        let counts = base.store.read_blocking(|tx| count_written(tx, import)).unwrap();
        counts.iter().map(|count| (count.kind, count.added, count.changed)).collect::<Vec<_>>()
    };
    assert!(written(before).contains(&(RowKind::Person, 2, 0)));
    assert_eq!(written(after), [(RowKind::Person, 0, 1), (RowKind::Membership, 1, 1)]);
    assert!(matches!(base.undo(before), Err(UndoError::Later { later }) if later == after));
    base.undo(after).unwrap();
    assert_eq!(class(TODAY).as_deref(), Some("6А"));

    // A session is a use: the account, and so the import, stays.
    base.store
        .write_blocking(|tx| {
            let person = school::find_account(tx, "dyomin.a")?.unwrap().person;
            let token = school::SessionToken::draw(&Random::seeded(2));
            let device = school::Device { address: "127.0.0.1".to_owned(), name: "test".to_owned() };
            let arrival =
                school::Arrival { device: &device, way: school::SignInWay::Password, remember: false };
            school::open_session(tx, now(), person, &token, &arrival, None)
        })
        .unwrap();
    let refused = base.undo(before);
    assert!(matches!(&refused, Err(UndoError::InUse { name, .. }) if name == "Дёмин Артур"), "{refused:?}");
    assert_eq!(base.accounts(), 2);
    assert_eq!(base.count(|tx| Ok(list_imports(tx)?.len())), 2);
}

#[test]
fn nobody_is_matched_by_name_alone() {
    // DIA-I16, DIA-X6
    let base = Empty::new();
    let staff = "Внешний ID;Фамилия;Имя;Отчество;Должность;Логин\n";
    let named = |row: &str| vec![file("Сотрудники.csv", &format!("{staff}{row}\n"))];
    base.import(named(";Седов;Алексей;Игоревич;администратор;")).unwrap();
    // Neither the same nor another person can be told: with a number, and without one.
    assert_eq!(base.problems(named(";Седов;Алексей;Игоревич;учитель;")), ["Сотрудники.csv:2:Фамилия"]);
    assert_eq!(base.problems(named("С-4;Седов;Алексей;Игоревич;учитель;")), ["Сотрудники.csv:2:Фамилия"]);
    // The login says that it is the same, another login that it is not.
    let (_, report) = base.import(named("С-4;Седов;Алексей;Игоревич;администратор;sedov.a")).unwrap();
    assert!(report.rows().all(|row| matches!(&row.outcome, RowOutcome::Changed(_))));
    assert_eq!(base.accounts(), 1);
    base.import(named("С-5;Седов;Алексей;Игоревич;учитель;sedov.a5")).unwrap();
    assert_eq!(base.accounts(), 2);
    // A number used for somebody else is not overwritten, nor is a login.
    assert_eq!(base.problems(named("С-5;Пак;Виктория;;учитель;")), ["Сотрудники.csv:2:Внешний ID"]);
    assert_eq!(base.problems(named("С-6;Пак;Виктория;;учитель;sedov.a")), ["Сотрудники.csv:2:Логин"]);
}

#[test]
fn a_new_teacher_takes_over_from_today() {
    // DIA-E7
    let base = Empty::new();
    let staff = "Внешний ID;Фамилия;Имя;Должность\nС-1;Громова;Ольга;учитель\nС-2;Лапина;Анна;учитель\n";
    let load = |teacher: &str| {
        file("Нагрузка.csv", &format!("Класс;Предмет;Часов в неделю;Учитель\n6А;Математика;5;{teacher}\n"))
    };
    let classes = || file("Классы.csv", CLASSES);
    base.import(vec![classes(), file("Сотрудники.csv", staff), load("Громова Ольга")]).unwrap();
    let (_, report) = base.import(vec![load("Лапина Анна")]).unwrap();
    assert_eq!(report.total().changed, 1);
    let teachers = |on: Date| {
        base.count(move |tx| {
            let year = school::find_year_of(tx, 2026)?.unwrap();
            let class = school::list_class_groups(tx, year.id)?.remove(0);
            let subject = school::list_subjects(tx)?.remove(0);
            let found = school::teachers_of(tx, class.whole, subject.id, on)?;
            let name = school::load_person(tx, found[0])?.name.surname;
            Ok(if found.len() == 1 && name == "Громова" { 1 } else { 2 })
        })
    };
    assert_eq!((teachers(date!(2026 - 10 - 13)), teachers(TODAY)), (1, 2));
}

#[test]
fn a_folder_without_lists_and_files_of_no_known_name_are_said() {
    let base = Empty::new();
    assert_eq!(base.problems(vec![file("README.md", "")]), [":0:-"]);
    assert_eq!(
        base.problems(vec![file("Классы.csv", CLASSES), file("Педагоги.csv", "а"), file("Ученики.xlsx", "")]),
        ["Педагоги.csv:0:-", "Ученики.xlsx:0:-"]
    );
    assert_eq!(
        base.problems(vec![file("Классы.csv", CLASSES), file("класс.CSV", CLASSES)]),
        ["класс.CSV:0:-"]
    );
}

#[test]
fn of_files_chosen_one_by_one_each_must_be_a_list() {
    let files = ["Классы.csv", "фото.png", "Ученики.xlsx", "Педагоги.csv", "README"];
    let files: Vec<SourceFile> = files.iter().map(|name| file(name, CLASSES)).collect();
    let said = |sheets: Sheets| -> Vec<String> {
        sheets.into_problems().into_iter().map(|problem| problem.file).collect()
    };
    assert_eq!(said(Sheets::read(&files, None, TODAY)), ["Педагоги.csv", "Ученики.xlsx"]);
    assert_eq!(
        said(Sheets::read_chosen(&files, None, TODAY)),
        ["README", "Педагоги.csv", "Ученики.xlsx", "фото.png"]
    );
    assert_eq!(said(Sheets::read_chosen(&[], None, TODAY)), [""]);
}

#[test]
fn the_accepted_folders_have_nothing_to_correct() {
    // DIA-X2, DIA-X3, DIA-X4, DIA-E25, DIA-E34
    for entry in std::fs::read_dir(fixtures().join("bad_import")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("accepted_") {
            continue;
        }
        let base = Empty::new();
        assert_eq!(base.problems(folder(&format!("bad_import/{name}"))), Vec::<String>::new(), "{name}");
        let (classes, last) = base
            .store
            .read_blocking(|tx| {
                let year = school::find_year_of(tx, 2026)?.unwrap();
                let classes = school::list_class_groups(tx, year.id)?;
                let last = school::class_pupils(tx, classes[1].id, TODAY)?;
                Ok::<_, store::Error>((classes.len(), school::load_person(tx, last[0])?))
            })
            .unwrap();
        assert_eq!(classes, 2, "{name}");
        assert_eq!(last.name.full(), "Щёголева Зоя", "{name}");
        assert_eq!(last.birth_date, Some(date!(2014 - 04 - 08)), "{name}");
    }
}
