//! «Загрузка»: the school's tables, looked at first, then loaded (DIA-X1…X9). The same flow as `zvonok import`.

use std::sync::Arc;

use askama::Template;
use school::import::{Encoding, FileKind, FileNote, Problem, Sheets, SourceFile};
use school::{Administrator, Fresh, ImportId};
use serde::Deserialize;

use crate::Failure;
use crate::cx::Cx;
use crate::drafts::Draft;
use crate::flows::import::{ImportRefused, Imported, Importer, apply, rehearse};
use crate::import_words as told;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, say};

/// Problems that one page shows; there are more only when a whole file is of the wrong kind.
const PROBLEMS: usize = 2000;
/// Changes of one list that a page shows.
const CHANGES: usize = 500;

#[derive(Template)]
#[template(path = "admin/import.html")]
struct ImportPage {
    page: Page,
    error: String,
    encodings: Vec<EncodingView>,
    lists: Vec<&'static str>,
    imports: Vec<BatchView>,
}

#[derive(Template)]
#[template(path = "admin/import_check.html")]
struct CheckPage {
    page: Page,
    heading: String,
    lead: String,
    draft: String,
    encoding: &'static str,
    encodings: Vec<EncodingView>,
    files: Vec<FileView>,
    problems: Vec<ProblemView>,
    more: String,
    lists: Vec<ListView>,
    may_load: bool,
}

/// A choice of encoding; the first is the program's own guess.
struct EncodingView {
    value: &'static str,
    name: String,
    chosen: bool,
}

/// An import in the list.
struct BatchView {
    id: ImportId,
    at: String,
    folder: String,
    counts: String,
    undone: String,
}

struct FileView {
    name: String,
    line: String,
    unkept: String,
}

struct ProblemView {
    file: String,
    line: String,
    column: String,
    text: String,
}

/// What becomes of one list.
struct ListView {
    name: &'static str,
    counts: String,
    rows: Vec<RowView>,
    more: String,
}

struct RowView {
    line: u32,
    label: String,
    fields: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    encoding: String,
}

fn encodings(chosen: Option<Encoding>) -> Vec<EncodingView> {
    let guess = EncodingView { value: "", name: say("import-guess"), chosen: chosen.is_none() };
    let known = Encoding::ALL.map(|encoding| EncodingView {
        value: encoding.name(),
        name: encoding.name().to_owned(),
        chosen: chosen == Some(encoding),
    });
    std::iter::once(guess).chain(known).collect()
}

fn read_encoding(text: &str) -> Result<Option<Encoding>, Failure> {
    if text.is_empty() { Ok(None) } else { Encoding::from_name(text).map(Some).ok_or(Failure::BadForm) }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = load(&cx, String::new()).await?;
    cx.html(&shown)
}

async fn load(cx: &Cx, error: String) -> Result<ImportPage, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("tab-import"));
    let zone = cx.app.school().zone.clone();
    cx.read(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        let imports = school::import::list_imports(tx)?
            .into_iter()
            .map(|import| BatchView {
                id: import.id,
                at: moment(zone.local(import.at), today),
                folder: import.folder,
                counts: Words::of("import-written")
                    .with("added", import.added)
                    .with("changed", import.changed)
                    .say(),
                undone: import.undone_at.map(|at| moment(zone.local(at), today)).unwrap_or_default(),
            })
            .collect();
        Ok(ImportPage {
            page: frame.page(tx)?,
            error,
            encodings: encodings(None),
            lists: FileKind::ALL.map(told::list_name).to_vec(),
            imports,
        })
    })
    .await
}

/// Takes the files, keeps them for the load and says what it would do. Writes nothing.
pub(crate) async fn check(cx: Cx) -> Result<Response, Failure> {
    let encoding = read_encoding(cx.request.form_data().field("encoding").unwrap_or_default())?;
    let files: Vec<SourceFile> = cx
        .request
        .form_data()
        .files
        .iter()
        .map(|file| SourceFile { name: file.name.clone(), bytes: file.bytes.to_vec() })
        .collect();
    if files.is_empty() {
        let shown = load(&cx, say("import-no-files")).await?;
        return cx.html(&shown);
    }
    let person = cx.signed_in()?.person();
    let draft = cx.app.drafts.keep(cx.now, &cx.app.random, person, files);
    look(&cx, &draft, encoding).await
}

/// Looks at the kept files once more, in another encoding.
pub(crate) async fn check_again(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let encoding = read_encoding(&form.encoding)?;
    match find_draft(&cx)? {
        Some(draft) => look(&cx, &draft, encoding).await,
        None => Ok(gone(&cx)),
    }
}

fn find_draft(cx: &Cx) -> Result<Option<Arc<Draft>>, Failure> {
    let id: String = cx.request.param("draft")?;
    Ok(cx.app.drafts.find(cx.now, cx.signed_in()?.person(), &id))
}

fn gone(cx: &Cx) -> Response {
    cx.go("/admin/import", Some(Flash::bad(say("import-gone"), say("import-gone-more"))))
}

/// Reads the tables away from the threads that answer: a large one takes its time.
async fn read_sheets(cx: &Cx, draft: &Arc<Draft>, encoding: Option<Encoding>) -> Result<Sheets, Failure> {
    let (draft, today) = (Arc::clone(draft), cx.today());
    tokio::task::spawn_blocking(move || Sheets::read_chosen(&draft.files, encoding, today))
        .await
        .map_err(|_| Failure::Defect("reading tables panicked"))
}

async fn look(cx: &Cx, draft: &Arc<Draft>, encoding: Option<Encoding>) -> Result<Response, Failure> {
    let sheets = read_sheets(cx, draft, encoding).await?;
    let notes = sheets.notes().to_vec();
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let rehearsed = cx
        .write_refusing(move |tx| {
            Administrator::ask(tx, &viewer, today).map_err(Failure::from)?;
            rehearse(tx, now, today, sheets)
        })
        .await;
    match rehearsed {
        Ok(never) => match never {},
        Err(refused) => show_refused(cx, draft, encoding, &notes, refused).await,
    }
}

/// The page of what would be done, or of what is to be corrected.
async fn show_refused(
    cx: &Cx,
    draft: &Draft,
    encoding: Option<Encoding>,
    notes: &[FileNote],
    refused: ImportRefused,
) -> Result<Response, Failure> {
    let (problems, imported) = match refused {
        ImportRefused::Problems(problems) => (problems, None),
        ImportRefused::Rehearsed(imported) => (Vec::new(), Some(imported)),
        ImportRefused::Failed(failure) => return Err(failure),
    };
    let may_load = imported.as_ref().is_some_and(|imported| imported.import.is_some());
    let (heading, lead) = if !problems.is_empty() {
        (say("import-wrong"), told::refused(problems.len()))
    } else if may_load {
        (say("import-right"), say("import-right-more"))
    } else {
        (say("import-same"), say("import-same-more"))
    };
    let mut frame = cx.frame(heading.clone());
    frame.path = "/admin/import".to_owned();
    let shown = CheckPage {
        page: cx.read(move |tx| frame.page(tx)).await?,
        heading,
        lead,
        draft: draft.id.clone(),
        encoding: encoding.map(Encoding::name).unwrap_or_default(),
        encodings: encodings(encoding),
        files: notes.iter().map(file_view).collect(),
        more: more(problems.len(), PROBLEMS),
        problems: problems.iter().take(PROBLEMS).map(problem_view).collect(),
        lists: imported.map(|imported| lists(&imported)).unwrap_or_default(),
        may_load,
    };
    cx.html(&shown)
}

/// «и ещё 12»; empty when all are shown.
fn more(all: usize, shown: usize) -> String {
    if all > shown { Words::of("import-more").with("count", all - shown).say() } else { String::new() }
}

fn file_view(note: &FileNote) -> FileView {
    FileView {
        name: note.file.clone(),
        line: told::note(note),
        unkept: told::unkept(note).unwrap_or_default(),
    }
}

fn problem_view(problem: &Problem) -> ProblemView {
    ProblemView {
        file: problem.file.clone(),
        line: if problem.line > 0 { problem.line.to_string() } else { String::new() },
        column: problem.column.clone().unwrap_or_default(),
        text: told::problem(problem),
    }
}

fn lists(imported: &Imported) -> Vec<ListView> {
    let diff = told::diff(&imported.report);
    let of_list = |(list, counts)| {
        let own: Vec<_> = diff.iter().filter(|row| row.list == list).collect();
        ListView {
            name: told::list_name(list),
            counts: told::counts(counts),
            more: more(own.len(), CHANGES),
            rows: own
                .into_iter()
                .take(CHANGES)
                .map(|row| RowView { line: row.line, label: row.label.clone(), fields: row.fields.clone() })
                .collect(),
        }
    };
    imported.report.counts().into_iter().map(of_list).collect()
}

/// Loads the files that were looked at.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let encoding = read_encoding(&form.encoding)?;
    let Some(draft) = find_draft(&cx)? else { return Ok(gone(&cx)) };
    let sheets = read_sheets(&cx, &draft, encoding).await?;
    let notes = sheets.notes().to_vec();
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let folder = draft.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
    let actor = cx.actor();
    let done = cx
        .write_refusing(move |tx| {
            let by = Administrator::ask(tx, &viewer, today).map_err(Failure::from)?;
            let confirmed = Fresh::ask(tx, &viewer, now).map_err(Failure::from)?;
            let by = Importer::page(&by, &confirmed, actor, folder);
            apply(tx, now, today, &by, sheets)
        })
        .await;
    match done {
        Ok(imported) => {
            cx.app.drafts.forget(viewer.person());
            Ok(cx.go("/admin/import", Some(done_flash(&imported))))
        }
        // The base has changed since the tables were looked at.
        Err(refused) => show_refused(&cx, &draft, encoding, &notes, refused).await,
    }
}

fn done_flash(imported: &Imported) -> Flash {
    let Some(import) = imported.import else {
        return Flash::info(say("import-same"), say("import-same-more"));
    };
    let total = imported.report.total();
    let text = Words::of("import-done-more")
        .with("import", import.to_string())
        .with("added", total.added)
        .with("changed", total.changed);
    Flash::good(say("import-done"), text.say())
}
