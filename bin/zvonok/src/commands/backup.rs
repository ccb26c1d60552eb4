use std::process::ExitCode;

use crate::args::BackupArgs;
use crate::words::tell;

/// Makes a checked copy while the server runs.
pub(crate) fn run(args: &BackupArgs) -> anyhow::Result<ExitCode> {
    let report = store::backup(&args.place.db, &args.to, &web::schema())?;
    tell(&format!("Копия готова и проверена: {}", report.path.display()));
    tell(&format!("  {} байт, sha256 {}", report.bytes, report.sha256));
    tell(&format!("Ключ сервера ({}) храните отдельно: в копии его нет.", args.place.key().display()));
    Ok(ExitCode::SUCCESS)
}
