//! «Резервная копия»: a checked copy of the base as a download (R11, A16), and the two checks of the console.

use std::fs::File;
use std::path::{Path, PathBuf};

use askama::Template;
use school::{Administrator, Fresh};
use serde::Deserialize;
use store::{Act, Finding, StartError};

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Flash, Page};
use crate::words::{Words, count, say};

const PATH: &str = "/admin/backup";
/// After which the browser stays on its page.
pub(crate) const DOWNLOAD: &str = "/admin/backup/download";
/// How many findings the page shows.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "admin/backup.html")]
struct BackupPage {
    page: Page,
    result: Option<ResultView>,
}

/// What a check has found.
struct ResultView {
    tone: &'static str,
    strong: String,
    text: String,
    /// As the base said it, for whoever mends it.
    findings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn page(cx: &Cx, result: Option<ResultView>) -> Result<Response, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let mut frame = cx.frame(say("backup-title"));
    frame.path = "/admin".to_owned();
    let page = cx
        .read(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            frame.page(tx)
        })
        .await?;
    cx.html(&BackupPage { page, result })
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    page(&cx, None).await
}

/// Where the base lies, for an administrator.
async fn base(cx: &Cx) -> Result<PathBuf, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    cx.read(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        Ok(tx.base()?)
    })
    .await
}

fn busy() -> Flash {
    Flash::info(say("backup-busy"), say("backup-busy-more"))
}

/// A checked copy, as a file. The row in the audit chain is there before the first byte leaves; when the copy fails
/// after it, the row stays: somebody wanted the whole base.
pub(crate) async fn download(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let Ok(_alone) = cx.app.whole_base.try_lock() else { return Ok(cx.go(PATH, Some(busy()))) };
    let base = base(&cx).await?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        Fresh::ask(tx, &viewer, now)?;
        Ok(((), Act::new("store.backup.download", "school", 1)))
    })
    .await?;
    let random = cx.app.random.token::<16>();
    let copied = tokio::task::spawn_blocking(move || copy(&base, &random));
    match copied.await.map_err(|_| Failure::Defect("a copy panicked"))? {
        Ok((file, bytes)) => {
            let name = format!("zvonok-{}.db", cx.today());
            Ok(Response::download(file, bytes, &name))
        }
        Err(error) => {
            tracing::error!(cause = %error, "a copy was not made");
            Ok(cx.go(PATH, Some(Flash::bad(say("backup-failed"), why(&error)))))
        }
    }
}

/// Makes the copy beside the base (it never touches another disk unencrypted), opens it and takes its name away at
/// once: whatever happens next, the file is gone when the download is.
fn copy(base: &Path, random: &str) -> Result<(File, u64), StartError> {
    sweep(base);
    let path = beside(base, random);
    let report = store::backup(base, &path, &crate::schema())?;
    let opened = File::open(&path);
    let removed = std::fs::remove_file(&path);
    let io = |cause| StartError::Io { path, cause };
    removed.and(opened).map(|file| (file, report.bytes)).map_err(io)
}

/// The first part of the names of copies for download.
fn stem(base: &Path) -> String {
    format!("{}.download-", base.file_name().unwrap_or_default().to_string_lossy())
}

fn beside(base: &Path, random: &str) -> PathBuf {
    base.with_file_name(format!("{}{random}", stem(base)))
}

/// Removes what a power cut in the middle of a copy has left; nobody copies now.
fn sweep(base: &Path) {
    let stem = stem(base);
    let folder = base.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    for entry in folder.into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&stem)
            && let Err(error) = std::fs::remove_file(entry.path())
        {
            tracing::warn!(%error, "a left copy was not removed");
        }
    }
}

/// Why there is no copy, in words.
fn why(error: &StartError) -> String {
    match error {
        StartError::Unsound { .. } | StartError::Damaged { .. } | StartError::Truncated { .. } => {
            say("backup-unsound")
        }
        StartError::Io { cause, .. } if cause.kind() == std::io::ErrorKind::StorageFull => say("backup-full"),
        StartError::Io { .. }
        | StartError::Locked { .. }
        | StartError::Shared { .. }
        | StartError::Missing { .. }
        | StartError::Exists { .. }
        | StartError::NotABase { .. }
        | StartError::Foreign { .. }
        | StartError::Newer { .. }
        | StartError::Migration { .. }
        | StartError::OldSqlite { .. } => say("backup-not-made"),
    }
}

/// «Проверить базу»: every page and every foreign key, as `zvonok check` does.
pub(crate) async fn check(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let Ok(_alone) = cx.app.whole_base.try_lock() else { return Ok(cx.go(PATH, Some(busy()))) };
    let base = base(&cx).await?;
    let looked = tokio::task::spawn_blocking(move || store::check(&base, &crate::schema()));
    let result = match looked.await.map_err(|_| Failure::Defect("a check panicked"))? {
        Ok(findings) if findings.is_empty() => good("check-good", say("check-good-more")),
        Ok(findings) => bad("check-findings", say("check-bad-more"), findings),
        Err(error) => bad("check-findings", say("check-bad-more"), vec![Finding { text: error.to_string() }]),
    };
    page(&cx, Some(result)).await
}

/// «Проверить журнал действий»: the audit chain and the digests of files, as `zvonok verify` does.
pub(crate) async fn verify(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let Ok(_alone) = cx.app.whole_base.try_lock() else { return Ok(cx.go(PATH, Some(busy()))) };
    let result = walk(&cx).await?;
    page(&cx, Some(result)).await
}

async fn walk(cx: &Cx) -> Result<ResultView, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let (findings, rows) = cx
        .read_aside(move |tx| {
            Administrator::ask(tx, &viewer, today)?;
            Ok((crate::verify(tx)?, tx.audit_len()?))
        })
        .await?;
    Ok(if findings.is_empty() {
        good("verify-good", Words::of("verify-good-more").with("rows", rows.to_string()).say())
    } else {
        bad("verify-findings", say("verify-bad-more"), findings)
    })
}

fn good(strong: &'static str, text: String) -> ResultView {
    ResultView { tone: "good", strong: say(strong), text, findings: Vec::new() }
}

fn bad(strong: &'static str, text: String, findings: Vec<Finding>) -> ResultView {
    for finding in &findings {
        tracing::error!(finding = %finding.text, "the base is not as it must be");
    }
    let strong = count(strong, findings.len());
    let findings = findings.into_iter().take(SHOWN).map(|finding| finding.text).collect();
    ResultView { tone: "bad", strong, text, findings }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use store::{Finding, StartError};

    use super::{SHOWN, bad, why};

    #[test]
    fn findings_are_counted_in_words_and_shown_in_part() {
        let finding = |n| Finding { text: format!("audit row ({n}, 0) does not follow from the row before") };
        let told = bad("verify-findings", String::new(), (0..22).map(finding).collect());
        assert_eq!((told.tone, told.findings.len()), ("bad", SHOWN));
        assert_eq!(told.strong, "Найдено 22 расхождения.");
        let told = bad("check-findings", String::new(), vec![finding(1)]);
        assert_eq!(told.strong, "Найдено 1 повреждение.");
    }

    #[test]
    fn a_copy_that_was_not_made_says_what_to_do() {
        let path = || PathBuf::from("/srv/zvonok.db");
        let io = |kind| StartError::Io { path: path(), cause: std::io::Error::from(kind) };
        for (error, told) in [
            (StartError::Unsound { path: path(), finding: "x".to_owned() }, "повреждения"),
            (StartError::Truncated { path: path(), has: 1, needs: 2 }, "повреждения"),
            (io(std::io::ErrorKind::StorageFull), "Освободите место"),
            (io(std::io::ErrorKind::PermissionDenied), "журнал программы"),
            (StartError::Locked { path: path() }, "журнал программы"),
        ] {
            assert!(why(&error).contains(told), "{error}");
        }
    }
}
