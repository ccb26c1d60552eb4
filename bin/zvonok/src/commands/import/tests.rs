use std::path::{Path, PathBuf};
use std::process::ExitCode;

use school::import::Encoding;
use store::{Random, Store, UtcInstant};
use time::Date;
use time::macros::{date, datetime};

use super::{Outcome, encoding, import, read_folder, rehearse, undo};

const TODAY: Date = date!(2026 - 10 - 14);

fn now() -> UtcInstant {
    UtcInstant::from(datetime!(2026-10-14 7:47 UTC))
}

fn empty(dir: &Path) -> Store {
    Store::create(&dir.join("zvonok.db"), &web::schema(), &Random::seeded(1)).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn load(store: &Store, folder: &Path) -> Outcome {
    import(store, now(), TODAY, "папка", &read_folder(folder).unwrap(), None)
}

fn succeeded(outcome: &Outcome) -> bool {
    outcome.end.as_ref().is_ok_and(|code| *code == ExitCode::SUCCESS)
}

#[test]
fn bad_lists_are_refused_whole_with_every_place_named() {
    // DIA-X5 for the console: nothing fails silently; C6, C9, DIA-E24, DIA-I5
    let mut said = String::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(fixtures().join("bad_import"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let dir = tempfile::tempdir().unwrap();
        let store = empty(dir.path());
        let before = store.read_blocking(|tx| tx.last_g()).unwrap();
        let mut outcome = load(&store, &folder);
        if name.starts_with("accepted_") {
            assert!(succeeded(&outcome), "{name}: {:?}", outcome.lines);
            outcome.lines.retain(|line| line.contains("кодировка"));
        } else {
            assert!(matches!(&outcome.end, Ok(code) if *code == ExitCode::FAILURE), "{name}");
            assert_eq!(store.read_blocking(|tx| tx.last_g()).unwrap(), before, "{name}: nothing is written");
        }
        said.push_str(&format!("== {name}\n{}\n", outcome.lines.join("\n")));
        store.close();
    }
    insta::assert_snapshot!("bad_import", said);
}

#[test]
fn the_small_school_is_loaded_rehearsed_repeated_and_taken_back() {
    // DIA-X1, DIA-X7, DIA-I20
    let dir = tempfile::tempdir().unwrap();
    let store = empty(dir.path());
    let folder = fixtures().join("small_school");
    let files = read_folder(&folder).unwrap();
    let rehearsed = rehearse(&store, now(), TODAY, &files, None);
    assert!(succeeded(&rehearsed), "{:?}", rehearsed.lines);
    assert!(rehearsed.lines.iter().any(|line| line == "+ Ученики:2: Александрова Варвара Максимовна"));

    let first = load(&store, &folder);
    assert!(succeeded(&first));
    insta::assert_snapshot!("small_school", first.lines.join("\n"));
    let lessons = |day: Date| {
        store
            .read_blocking(move |tx| {
                let year = school::find_year(tx, day)?.unwrap();
                let mut count = 0;
                for class in school::list_class_groups(tx, year.id)? {
                    count += diary::lessons_of_class(tx, class.id, day, day.next_day().unwrap())?.len();
                }
                Ok::<_, store::Error>(count)
            })
            .unwrap()
    };
    assert!(lessons(date!(2026 - 09 - 07)) > 50, "the first timetable holds from the first day of the year");
    assert_eq!(lessons(date!(2026 - 10 - 27)), 0, "no lessons in the holidays");

    let again = load(&store, &folder);
    assert_eq!(again.lines.last().unwrap(), "В базе уже всё так, как в таблицах. Ничего не записано.");

    undo(&store, now(), TODAY, 1).unwrap();
    let left = store.read_blocking(|tx| Ok::<_, store::Error>(school::list_accounts(tx)?.len())).unwrap();
    assert_eq!(left, 0);
    let refused = undo(&store, now(), TODAY, 1).unwrap_err();
    assert_eq!(refused.to_string(), "загрузка 1: она уже отменена");
    store.close();
}

#[test]
fn an_encoding_may_be_said() {
    assert_eq!(encoding(Some("cp1251")).unwrap(), Some(Encoding::Windows1251));
    assert!(encoding(Some("koi8-r")).is_err());
    let dir = tempfile::tempdir().unwrap();
    let store = empty(dir.path());
    let files = read_folder(&fixtures().join("bad_import/accepted_comma")).unwrap();
    let outcome = import(&store, now(), TODAY, "папка", &files, Some(Encoding::Windows1251));
    assert!(!succeeded(&outcome), "UTF-8 read as Windows-1251 has no known header");
    store.close();
}
