use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use school::import::{Encoding, FileNote, Report, Sheets, SourceFile};
use school::{ImportId, Zone};
use store::{Actor, Store, UtcInstant};
use time::Date;
use web::flows::import::{ImportRefused, Imported, Importer, UndoRefused};
use web::import_words as words;

use crate::args::ImportArgs;
use crate::commands::Console;
use crate::words::tell;

/// The most bytes of a file that are read; what is larger is refused by the importer without being read whole.
const MOST_BYTES: u64 = 17 * 1024 * 1024;

/// Loads the lists of a folder, or takes a load back.
pub(crate) fn run(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    if let Some(import) = args.undo {
        let console = Console::open(&args.place)?;
        let (now, today) = moment(&console)?;
        return undo(&console.store, now, today, import);
    }
    let Some(folder) = &args.folder else { bail!("укажите папку с таблицами") };
    let encoding = encoding(args.encoding.as_deref())?;
    let files = read_folder(folder)?;
    let console = Console::open(&args.place)?;
    let (now, today) = moment(&console)?;
    let name = folder.display().to_string();
    let outcome = if args.dry_run {
        rehearse(&console.store, now, today, &files, encoding)
    } else {
        import(&console.store, now, today, &name, &files, encoding)
    };
    for line in &outcome.lines {
        tell(line);
    }
    outcome.end
}

/// What is printed, and how the command ends.
struct Outcome {
    lines: Vec<String>,
    end: anyhow::Result<ExitCode>,
}

/// Now, and the day in the school's zone.
fn moment(console: &Console) -> anyhow::Result<(UtcInstant, Date)> {
    let now = console.clock.now();
    let school = console.store.read_blocking(school::load_school)?;
    let zone = school.and_then(|school| Zone::find(&school.zone).ok());
    Ok((now, zone.map_or_else(|| now.to_utc().date(), |zone| zone.date(now))))
}

fn encoding(name: Option<&str>) -> anyhow::Result<Option<Encoding>> {
    let Some(name) = name else { return Ok(None) };
    let known = || Encoding::ALL.map(Encoding::name).join(", ").to_lowercase();
    Encoding::from_name(name)
        .map(Some)
        .ok_or_else(|| anyhow!("--encoding {name}: такой кодировки нет; есть {}", known()))
}

/// The files of a folder; files in folders inside it are not lists.
fn read_folder(folder: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let unreadable = |path: &Path| format!("{}: не читается", path.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| unreadable(folder))? {
        let entry = entry.with_context(|| unreadable(folder))?;
        let path = entry.path();
        if !path.is_file() {
            continue;
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        let file = std::fs::File::open(&path).with_context(|| unreadable(&path))?;
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::Read::take(file, MOST_BYTES), &mut bytes)
            .with_context(|| unreadable(&path))?;
        files.push(SourceFile { name, bytes });
    }
    Ok(files)
}

fn import(
    store: &Store,
    now: UtcInstant,
    today: Date,
    folder: &str,
    files: &[SourceFile],
    encoding: Option<Encoding>,
) -> Outcome {
    let sheets = Sheets::read(files, encoding, today);
    let mut lines = guesses(sheets.notes());
    let by = Importer::console(folder);
    let written = store.write_blocking(move |tx| web::flows::import::apply(tx, now, today, &by, sheets));
    let end = match written {
        Ok(imported) => {
            lines.extend(done(&imported));
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => refusal(&mut lines, refused),
    };
    Outcome { lines, end }
}

fn rehearse(
    store: &Store,
    now: UtcInstant,
    today: Date,
    files: &[SourceFile],
    encoding: Option<Encoding>,
) -> Outcome {
    let sheets = Sheets::read(files, encoding, today);
    let mut lines = guesses(sheets.notes());
    let rehearsed = store.write_blocking(move |tx| web::flows::import::rehearse(tx, now, today, sheets));
    let end = match rehearsed {
        Ok(never) => match never {},
        Err(refused) => refusal(&mut lines, refused),
    };
    Outcome { lines, end }
}

fn guesses(notes: &[FileNote]) -> Vec<String> {
    let lines = |note: &FileNote| {
        let unkept = words::unkept(note).map(|columns| format!("  {columns}"));
        std::iter::once(format!("{}: {}", note.file, words::note(note))).chain(unkept)
    };
    notes.iter().flat_map(lines).collect()
}

/// How many rows of each list end how.
fn counts(report: &Report) -> Vec<String> {
    let line = |(list, counts)| format!("{}: {}", words::list_name(list), words::counts(counts));
    report.counts().into_iter().map(line).collect()
}

/// Every row that is new or changes.
fn diff(report: &Report) -> Vec<String> {
    let line = |row: words::DiffRow| {
        let place = format!("{}:{}: {}", words::list_name(row.list), row.line, row.label);
        if row.fields.is_empty() { format!("+ {place}") } else { format!("~ {place} ({})", row.fields) }
    };
    words::diff(report).into_iter().map(line).collect()
}

fn done(imported: &Imported) -> Vec<String> {
    let mut lines = counts(&imported.report);
    lines.push(match imported.import {
        Some(import) => {
            format!("Загружено, номер загрузки {import}. Отменить: zvonok import --undo {import}")
        }
        None => "В базе уже всё так, как в таблицах. Ничего не записано.".to_owned(),
    });
    lines
}

fn refusal(lines: &mut Vec<String>, refused: ImportRefused) -> anyhow::Result<ExitCode> {
    match refused {
        ImportRefused::Problems(problems) => {
            lines.extend(problems.iter().map(words::problem_line));
            lines.push(words::refused(problems.len()));
            Ok(ExitCode::FAILURE)
        }
        ImportRefused::Rehearsed(imported) => {
            lines.extend(diff(&imported.report));
            lines.extend(counts(&imported.report));
            lines
                .push("Это проверка: ничего не записано. Загрузить: та же команда без --dry-run.".to_owned());
            Ok(ExitCode::SUCCESS)
        }
        ImportRefused::Failed(web::Failure::Store(error)) => Err(error.into()),
        ImportRefused::Failed(failure) => Err(failure.into()),
    }
}

fn undo(store: &Store, now: UtcInstant, today: Date, import: i64) -> anyhow::Result<ExitCode> {
    let id = ImportId::from_row(import);
    let console = Actor::program("import");
    match store.write_blocking(move |tx| web::flows::import::undo(tx, now, today, &console, id)) {
        Ok(()) => {
            tell(&format!("Загрузка {import} отменена: всё, что она добавила и изменила, стало как прежде."));
            Ok(ExitCode::SUCCESS)
        }
        Err(UndoRefused::Failed(web::Failure::Store(error))) => Err(error.into()),
        Err(refused) => Err(anyhow!("загрузка {import}: {}", words::undo_refused(&refused))),
    }
}

#[cfg(test)]
mod tests;
