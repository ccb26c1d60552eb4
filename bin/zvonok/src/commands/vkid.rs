use std::process::ExitCode;

use anyhow::anyhow;
use identity::{ClientFault, NewApplication, ServiceKey};
use serde::Serialize;
use store::{Act, Actor, Mode, Store};

use crate::args::{AppArgs, AppCommand, NewAppArgs, Place, VkIdCommand};
use crate::commands::Console;
use crate::words::tell;

/// The applications of the embedded VK ID from the console: the same verbs as the administrator's pages.
pub(crate) fn run(command: VkIdCommand) -> anyhow::Result<ExitCode> {
    let VkIdCommand::App(command) = command;
    match command {
        AppCommand::Add(args) => add(&args),
        AppCommand::List { place, json } => list(&place, json),
        AppCommand::Remove(args) => remove(&args),
        AppCommand::Rotate(args) => rotate(&args),
    }
}

fn said(fault: ClientFault) -> anyhow::Error {
    match fault {
        ClientFault::Taken(id) => {
            anyhow!("--id {id}: такой номер уже есть или был; номера не выдаются второй раз")
        }
        ClientFault::NoSuch(id) => {
            anyhow!("--id {id}: такого приложения нет; все покажет «zvonok vkid app list»")
        }
        ClientFault::School => anyhow!("это сам портал школы: его заводит каждый запуск сервера"),
        ClientFault::Name => anyhow!("--name: нужно имя до ста знаков"),
        ClientFault::Redirect(text) => anyhow!(
            "--redirect «{text}»: нужен полный адрес без решётки, например https://club.example/callback"
        ),
        ClientFault::Origin(text) => {
            anyhow!("--origin «{text}»: нужны схема и имя без пути, например https://club.example")
        }
        ClientFault::Store(error) => error.into(),
    }
}

fn tell_key(key: &ServiceKey) {
    tell(&format!("Сервисный ключ: {}", key.shown()));
    tell("Он показан один раз: в базе хранится только его отпечаток. Потеряли — «zvonok vkid app rotate».");
}

fn add(args: &NewAppArgs) -> anyhow::Result<ExitCode> {
    let console = Console::open(&args.app.place)?;
    let (now, random) = (console.clock.now(), console.random.clone());
    let new = NewApplication {
        id: args.app.id,
        name: args.name.clone(),
        redirects: args.redirect.clone(),
        origins: args.origin.clone(),
    };
    let key = console.store.write_blocking(move |tx| {
        let key = identity::add_application(tx, now, &random, &new)?;
        tx.audit(now, &Actor::program("console"), Act::new("identity.client.add", "client", new.id))?;
        Ok::<_, ClientFault>(key)
    });
    let key = key.map_err(said)?;
    tell(&format!("Приложение {} заведено: {}", args.app.id, args.name.trim()));
    if let Some(odd) = args.redirect.iter().find(|address| !address.starts_with("https://")) {
        // VK-58: the real service would refuse it.
        tell(&format!("Заметьте: настоящий VK ID адреса без https не принимает ({odd})."));
    }
    tell_key(&key);
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct Listed {
    id: i64,
    name: String,
    school: bool,
    redirects: Vec<String>,
    origins: Vec<String>,
}

fn list(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let store = Store::open(&place.db, &web::schema(), Mode::ReadOnly)?;
    let found = store.read_blocking(identity::list_applications)?;
    let listed: Vec<Listed> = found
        .into_iter()
        .map(|application| Listed {
            id: application.client.id.get(),
            name: application.client.name,
            school: application.client.kind == identity::ClientKind::School,
            redirects: application.redirects,
            origins: application.origins,
        })
        .collect();
    if json {
        tell(&serde_json::to_string_pretty(&listed)?);
        return Ok(ExitCode::SUCCESS);
    }
    for application in listed {
        let own = if application.school { " — портал самой школы" } else { "" };
        tell(&format!("{}  {}{own}", application.id, application.name));
        for address in application.redirects {
            tell(&format!("    возврат  {address}"));
        }
        for origin in application.origins {
            tell(&format!("    сайт     {origin}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn remove(args: &AppArgs) -> anyhow::Result<ExitCode> {
    let console = Console::open(&args.place)?;
    let (now, id) = (console.clock.now(), args.id);
    let removed = console.store.write_blocking(move |tx| {
        identity::remove_application(tx, now, id)?;
        tx.audit(now, &Actor::program("console"), Act::new("identity.client.remove", "client", id))?;
        Ok::<_, ClientFault>(())
    });
    removed.map_err(said)?;
    tell(&format!("Приложение {id} удалено, все его токены погашены."));
    Ok(ExitCode::SUCCESS)
}

fn rotate(args: &AppArgs) -> anyhow::Result<ExitCode> {
    let console = Console::open(&args.place)?;
    let (now, id, random) = (console.clock.now(), args.id, console.random.clone());
    let key = console.store.write_blocking(move |tx| {
        let key = identity::rotate_service_key(tx, &random, id)?;
        tx.audit(now, &Actor::program("console"), Act::new("identity.client.rotate", "client", id))?;
        Ok::<_, ClientFault>(key)
    });
    tell_key(&key.map_err(said)?);
    Ok(ExitCode::SUCCESS)
}
