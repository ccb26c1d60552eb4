use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use serde::Serialize;
use store::{Mode, Random, ServerKey, Store};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime, Time};
use web::{App, Clock};

use super::serve;
use crate::args::DemoArgs;
use crate::words::{say_wrong, tell};
use crate::{commands, config, demo};

/// What `--json` prints.
#[derive(Serialize)]
struct Printed {
    url: String,
    people: Vec<demo::DemoPerson>,
}

/// Opens the demo school: builds it the first time, prints where it is and whom to be.
pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    if !args.address.is_loopback() && !args.allow_network {
        bail!(
            "--address {}: демонстрация открывается только на этом компьютере, её пароли известны всем; если сеть закрыта, добавьте --allow-network",
            args.address
        );
    }
    let hosts = hosts(args)?;
    let clock = clock(args.today.as_deref())?;
    let (store, key) = open(args, &clock)?;
    let address = SocketAddr::new(args.address, args.port);
    let transport = config::transport(args.tls.clone())?;
    let settings = serve::demo_settings(address, hosts, transport);
    let app = App::new(store, clock, Random::system(), key, settings)?;
    let people = demo::people()?;
    serve::listen(app, |server| {
        let url = server.url();
        if args.json {
            tell(&serde_json::to_string(&Printed { url, people })?);
        } else {
            print(&url, &people);
            serve::tell_root(server);
        }
        Ok(())
    })
}

/// The names the demo is opened under. In the network an address of its own is one; all addresses at once are none.
fn hosts(args: &DemoArgs) -> anyhow::Result<Vec<String>> {
    let mut hosts = config::hosts(args.hosts.clone())?;
    let own = match args.address {
        address if address.is_loopback() => return Ok(hosts),
        address if address.is_unspecified() => None,
        std::net::IpAddr::V4(address) => Some(address.to_string()),
        std::net::IpAddr::V6(address) => Some(format!("[{address}]")),
    };
    hosts.extend(own);
    if hosts.is_empty() {
        bail!(
            "--address {}: назовите имена или адреса, под которыми откроют демонстрацию, например --hosts 192.168.1.10",
            args.address
        );
    }
    Ok(hosts)
}

/// The system's clock, or one shifted so that it shows the wished day now; without an hour, ten in the morning.
fn clock(today: Option<&str>) -> anyhow::Result<Clock> {
    const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
    const MOMENT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]");
    let Some(text) = today else { return Ok(Clock::System) };
    let wished = match Date::parse(text, DAY) {
        Ok(day) => PrimitiveDateTime::new(day, Time::from_hms(10, 0, 0).context("час")?),
        Err(_) => PrimitiveDateTime::parse(text, MOMENT).map_err(|_| {
            anyhow!("--today {text}: такого дня нет; пример: 2026-10-14 или 2026-10-14T10:47")
        })?,
    };
    if !(1970..=2199).contains(&wished.year()) {
        bail!("--today {text}: часы демонстрации ходят с 1970 по 2199 год; пример: 2026-10-14");
    }
    let minute = u16::from(wished.hour()) * 60 + u16::from(wished.minute());
    let zone = school::Zone::find(demo::ZONE).map_err(|error| anyhow!("нет пояса {}", error.name))?;
    let at = zone.instant(wished.date(), minute);
    Ok(Clock::Shifted(at.since(Clock::System.now())))
}

/// Opens the demo's base, building the school when there is none yet or when asked to begin anew.
fn open(args: &DemoArgs, clock: &Clock) -> anyhow::Result<(Store, ServerKey)> {
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("{}: папка не создаётся", args.data.display()))?;
    let random = Random::system();
    let (base, key_path) = (args.data.join("zvonok.db"), args.data.join("zvonok.key"));
    let key =
        if key_path.exists() { ServerKey::take(&key_path)? } else { ServerKey::create(&key_path, &random)? };
    // A base whose building was cut off is no school; the mark stands until it is whole.
    let unfinished = args.data.join("zvonok.db.building");
    let is_begun = unfinished.exists();
    if !is_begun && base.exists() && !commands::is_demo(&Store::open(&base, &web::schema(), Mode::ReadOnly)?)?
    {
        bail!(
            "{}: это не демонстрационная школа, она не тронута. Укажите другую папку через --data",
            base.display()
        );
    }
    if args.fresh || is_begun {
        for suffix in ["", "-wal", "-shm"] {
            let file = args.data.join(format!("zvonok.db{suffix}"));
            if file.exists() {
                std::fs::remove_file(&file).with_context(|| format!("{}: не удаляется", file.display()))?;
            }
        }
    }
    let day = day_of(clock)?;
    if base.exists() {
        let store = Store::open(&base, &web::schema(), Mode::Serve)?;
        tell_made(&store, day)?;
        return Ok((store, key));
    }
    std::fs::write(&unfinished, b"").with_context(|| format!("{}: не пишется", unfinished.display()))?;
    let store = Store::create(&base, &web::schema(), &random)?;
    store.write_blocking(move |tx| tx.set_purpose(&format!("{} {day}", commands::DEMO)))?;
    demo::build(&store, &key, &random, clock.now())?;
    std::fs::remove_file(&unfinished).with_context(|| format!("{}: не удаляется", unfinished.display()))?;
    Ok((store, key))
}

/// The day that the demo's clock shows.
fn day_of(clock: &Clock) -> anyhow::Result<Date> {
    let zone = school::Zone::find(demo::ZONE).map_err(|error| anyhow!("нет пояса {}", error.name))?;
    Ok(zone.local(clock.now()).date)
}

/// Lessons, marks and homework are made up to the day on which the school was made: on another one says how to renew it.
fn tell_made(store: &Store, day: Date) -> anyhow::Result<()> {
    let purpose = store.read_blocking(|tx| tx.purpose())?;
    let made = purpose.as_deref().and_then(|purpose| purpose.split_once(' ')).map(|(_, made)| made);
    if let Some(made) = made.filter(|made| *made != day.to_string()) {
        say_wrong(&format!(
            "школа создана на {made}, а часы показывают {day}: уроки и оценки доходят до прежнего дня. Создать её заново, на новый день: --fresh"
        ));
    }
    Ok(())
}

fn print(url: &str, people: &[demo::DemoPerson]) {
    tell(&format!("Демонстрационная школа открыта: {url}"));
    tell(&format!("Телефон, на который приходят СМС: {url}/demo/phone"));
    tell("");
    tell("Кем можно войти:");
    for person in people {
        tell(&format!("  {} — {}", person.name, person.about));
        let mut line = format!("      логин {}  пароль {}", person.login, person.password);
        line.push_str(&format!("  телефон {}", person.phone));
        if let Some(password) = &person.vk_password {
            line.push_str(&format!("  пароль VK ID {password}"));
        }
        tell(&line);
    }
    tell("");
    tell("Остановить: Ctrl+C. Начать заново: --fresh.");
}

#[cfg(test)]
mod tests {
    use web::Clock;

    use super::clock;

    #[test]
    fn a_wished_day_is_now_and_goes_on() {
        let Clock::Shifted(_) = clock(Some("2026-10-14T10:47")).unwrap() else { panic!("not shifted") };
        let now = clock(Some("2026-10-14T10:47")).unwrap().now().to_utc();
        assert_eq!((now.hour(), now.minute()), (7, 47));
        assert!(clock(Some("вчера")).is_err());
        assert!(clock(Some("2026-02-30")).is_err());
    }
}
