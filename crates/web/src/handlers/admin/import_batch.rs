//! One import: what it wrote, and taking it back (DIA-I20).

use askama::Template;
use school::import::{ImportRow, UndoError};
use school::{Administrator, ImportId};

use crate::Failure;
use crate::cx::Cx;
use crate::flows::import::{UndoRefused, undo};
use crate::import_words as told;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::{Words, say};

#[derive(Template)]
#[template(path = "admin/import_batch.html")]
struct BatchPage {
    page: Page,
    id: ImportId,
    heading: String,
    at: String,
    folder: String,
    undone: String,
    error: String,
    /// Why it cannot be undone, as far as is known without trying.
    bar: String,
    kinds: Vec<KindView>,
}

struct KindView {
    name: String,
    added: usize,
    changed: usize,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = load(&cx, String::new()).await?;
    cx.html(&shown)
}

async fn load(cx: &Cx, error: String) -> Result<BatchPage, Failure> {
    let id: ImportId = cx.request.param("import")?;
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let heading = Words::of("import-heading").with("import", id.to_string()).say();
    let frame = cx.frame(heading.clone());
    let zone = cx.app.school().zone.clone();
    cx.read(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        let imports = school::import::list_imports(tx)?;
        let import = imports.into_iter().find(|import| import.id == id).ok_or(Failure::NotFound)?;
        let bar = match school::import::rows_to_undo(tx, id) {
            Err(UndoError::Store(error)) => return Err(error.into()),
            Err(refused @ (UndoError::Later { .. } | UndoError::Missing | UndoError::InUse { .. })) => {
                told::undo_refused(&UndoRefused::Roster(refused))
            }
            Err(UndoError::Undone) | Ok(_) => String::new(),
        };
        let kinds = school::import::count_written(tx, id)?
            .into_iter()
            .map(|count| KindView {
                name: told::row_word(count.kind),
                added: count.added,
                changed: count.changed,
            })
            .collect();
        let ImportRow { at, folder, undone_at, .. } = import;
        Ok(BatchPage {
            page: frame.page(tx)?,
            id,
            heading,
            at: moment(zone.local(at), today),
            folder,
            undone: undone_at.map(|at| moment(zone.local(at), today)).unwrap_or_default(),
            error,
            bar,
            kinds,
        })
    })
    .await
}

/// Takes an import back; when it cannot be, says why on the same page.
pub(crate) async fn take_back(cx: Cx) -> Result<Response, Failure> {
    let id: ImportId = cx.request.param("import")?;
    let (now, today, viewer, actor) = (cx.now, cx.today(), cx.signed_in()?.viewer, cx.actor());
    let done = cx
        .write_refusing(move |tx| {
            Administrator::ask(tx, &viewer, today).map_err(Failure::from)?;
            undo(tx, now, today, &actor, id)
        })
        .await;
    match done {
        Ok(()) => {
            let flash = Flash::good(say("import-undone"), say("import-undone-more"));
            Ok(cx.go(&format!("/admin/import/{id}"), Some(flash)))
        }
        Err(UndoRefused::Failed(failure)) => Err(failure),
        Err(refused) => {
            let shown = load(&cx, told::undo_refused(&refused)).await?;
            cx.html(&shown)
        }
    }
}
