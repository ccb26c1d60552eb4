use std::process::ExitCode;

use crate::args::CheckArgs;
use crate::words::tell;

/// Reads every page and every foreign key.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let findings = store::check(&args.place.db, &web::schema())?;
    if findings.is_empty() {
        tell(&format!("{}: файл цел", args.place.db.display()));
        return Ok(ExitCode::SUCCESS);
    }
    tell(&format!("{}: найдено повреждений: {}", args.place.db.display(), findings.len()));
    for finding in &findings {
        tell(&format!("  {}", finding.text));
    }
    tell("Файл не изменён. Остановите сервер и верните базу из копии: «zvonok restore КОПИЯ»");
    Ok(ExitCode::FAILURE)
}
