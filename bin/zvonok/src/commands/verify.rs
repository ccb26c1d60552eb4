use std::process::ExitCode;

use anyhow::Context as _;
use store::{Mode, Store};

use crate::args::CheckArgs;
use crate::words::tell;

/// Walks the audit chain and the digests of files.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let store = Store::open(&args.place.db, &web::schema(), Mode::ReadOnly)?;
    let walked = store.read_blocking(|tx| {
        let findings = store::verify(tx)?;
        Ok::<_, store::Error>((findings, tx.audit_len()?))
    });
    let (findings, rows) = walked.with_context(|| args.place.db.display().to_string())?;
    if findings.is_empty() {
        tell(&format!("{}: журнал действий не изменён, записей {rows}; файлы целы", args.place.db.display()));
        return Ok(ExitCode::SUCCESS);
    }
    tell(&format!("{}: найдено расхождений: {}", args.place.db.display(), findings.len()));
    for finding in &findings {
        tell(&format!("  {}", finding.text));
    }
    Ok(ExitCode::FAILURE)
}
