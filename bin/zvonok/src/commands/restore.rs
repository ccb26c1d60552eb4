use std::process::ExitCode;

use anyhow::anyhow;
use store::{Random, ServerKey, UtcInstant};

use crate::args::RestoreArgs;
use crate::words::{self, tell};

/// Puts a copy in the place of the base; the base that was there is kept under another name.
pub(crate) fn run(args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let random = Random::system();
    let key_path = args.place.key();
    // The lock is on the key file; where there is none, no server can be running.
    let held = if key_path.exists() { Some(ServerKey::take(&key_path)?) } else { None };
    let report = store::restore(&args.from, &args.place.db, &web::schema(), &random)
        .map_err(|error| anyhow!(words::copy(&error)))?;
    // Made only now, on a new machine: a copy that is none leaves nothing behind.
    if held.is_none() {
        ServerKey::create(&key_path, &random)?;
        tell(&format!(
            "Сделан новый ключ сервера: {}. Листки, выданные с прежним, больше не действуют",
            key_path.display()
        ));
    }
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
