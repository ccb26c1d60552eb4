use std::process::ExitCode;

use store::{Random, ServerKey, UtcInstant};

use crate::args::RestoreArgs;
use crate::words::tell;

/// Puts a copy in the place of the base; the base that was there is kept under another name.
pub(crate) fn run(args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let random = Random::system();
    let key_path = args.place.key();
    // The lock is on the key file; on a new machine without one, a new key is made.
    let _key =
        if key_path.exists() { ServerKey::take(&key_path)? } else { ServerKey::create(&key_path, &random)? };
    let report = store::restore(&args.from, &args.place.db, &web::schema(), &random)?;
    tell(&format!("База возвращена из копии: {}", args.place.db.display()));
    if let Some(kept) = report.kept {
        tell(&format!("Прежняя база сохранена: {}", kept.display()));
    }
    if let Some(last) = report.last_event_at {
        let at = UtcInstant::from_millis(last).to_utc();
        tell(&format!(
            "Последнее событие в копии: {} {:02}:{:02} UTC. Всё, что было позже, осталось в прежней базе.",
            at.date(),
            at.hour(),
            at.minute()
        ));
    }
    Ok(ExitCode::SUCCESS)
}
