use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use store::{Mode, Store};
use web::ExportFault;

use crate::args::VerifyArgs;
use crate::words::tell;

/// Walks the audit chain, the digests of files and the order of messages, or looks at one export.
pub(crate) fn run(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let store = Store::open(&args.place.db, &web::schema(), Mode::ReadOnly)?;
    match &args.export {
        Some(file) => export(&store, file),
        None => base(&store, &args.place.db),
    }
}

fn base(store: &Store, db: &Path) -> anyhow::Result<ExitCode> {
    let walked = store.read_blocking(|tx| {
        let findings = web::verify(tx)?;
        Ok::<_, store::Error>((findings, tx.audit_len()?))
    });
    let (findings, rows) = walked.with_context(|| db.display().to_string())?;
    if findings.is_empty() {
        tell(&format!(
            "{}: журнал действий не изменён, записей {rows}; файлы и порядок сообщений целы",
            db.display()
        ));
        return Ok(ExitCode::SUCCESS);
    }
    tell(&format!("{}: найдено расхождений: {}", db.display(), findings.len()));
    for finding in &findings {
        tell(&format!("  {}", finding.text));
    }
    Ok(ExitCode::FAILURE)
}

/// Says whether an export is as this school has signed it (MSG-N14).
fn export(store: &Store, file: &Path) -> anyhow::Result<ExitCode> {
    let archive = std::fs::File::open(file).with_context(|| file.display().to_string())?;
    let key = store.read_blocking(|tx| tx.public_key())?.unwrap_or_default();
    let shown = file.display();
    match web::verify_export(std::io::BufReader::new(archive), &key) {
        Ok(found) => {
            tell(&format!(
                "{shown}: выгрузка цела и подписана этой школой. {}, сделана {}, файлов {}",
                found.school, found.made, found.files
            ));
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            tell(&format!("{shown}: выгрузке верить нельзя"));
            for fault in &faults {
                tell(&format!("  {}", words(fault)));
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn words(fault: &ExportFault) -> String {
    match fault {
        ExportFault::NotOurs => "это не выгрузка: другой файл, обрезанный или упакованный заново".to_owned(),
        ExportFault::NoManifest => "нет списка файлов manifest.json, или его нельзя прочитать".to_owned(),
        ExportFault::NoSignature => "нет подписи manifest.sig".to_owned(),
        ExportFault::BadSignature => "подпись не подходит: список файлов изменён".to_owned(),
        ExportFault::ForeignKey => "подписано другим ключом, не этой школы".to_owned(),
        ExportFault::Missing { name } => format!("нет файла {name}"),
        ExportFault::Changed { name } => format!("файл {name} изменён"),
        ExportFault::Added { name } => format!("лишний файл {name}"),
    }
}
