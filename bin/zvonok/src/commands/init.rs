use std::process::ExitCode;

use anyhow::anyhow;
use school::{SchoolProfile, Zone};
use store::{Act, Actor, Random, ServerKey, Store};
use web::Clock;

use crate::args::InitArgs;
use crate::words::tell;

/// Makes the base and the key of a new school and prints the link of the first administrator (A17).
pub(crate) fn run(args: &InitArgs) -> anyhow::Result<ExitCode> {
    let zone = Zone::find(&args.zone)
        .map_err(|error| anyhow!("--zone {}: такого пояса нет; пример: Asia/Yekaterinburg", error.name))?;
    if args.place.db.exists() {
        return Err(store::StartError::Exists { path: args.place.db.clone() }.into());
    }
    let random = Random::system();
    let key_path = args.place.key();
    // A key left by an earlier try is taken and not replaced: slips printed with it would die.
    let _key =
        if key_path.exists() { ServerKey::take(&key_path)? } else { ServerKey::create(&key_path, &random)? };
    let store = Store::create(&args.place.db, &web::schema(), &random)?;
    let now = Clock::System.now();
    let token = random.token::<16>();
    let profile = SchoolProfile {
        full_name: args.full_name.clone().unwrap_or_else(|| args.name.clone()),
        short_name: args.name.clone(),
        place: args.town.clone(),
        zone: args.zone.clone(),
        week_days: args.week_days,
        help: args.help_contact.clone(),
    };
    let link = token.clone();
    let expires = store.write_blocking(move |tx| {
        school::found_school(tx, &profile)?;
        let expires = school::begin_setup(tx, now, &link)?;
        tx.audit(now, &Actor::program("console"), Act::new("school.init", "school", 1))?;
        Ok::<_, store::Error>(expires)
    })?;
    store.close();
    let until = zone.local(expires).time;
    tell(&format!("База школы: {}", args.place.db.display()));
    tell(&format!("Ключ сервера: {} — храните копию отдельно от базы", key_path.display()));
    tell("");
    tell("Откройте сайт командой «zvonok serve», затем эту ссылку на этом же компьютере:");
    tell(&format!("  http://127.0.0.1:8080/setup/{token}"));
    tell(&format!(
        "Она работает один раз, до {:02}:{:02}. Новую даст «zvonok account rescue».",
        until.hour(),
        until.minute()
    ));
    Ok(ExitCode::SUCCESS)
}
