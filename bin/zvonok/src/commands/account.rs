use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use school::{AccountError, AccountState, EndWhy, PersonName, PortalAccount};
use serde::Serialize;
use store::{Act, Actor, Mode, Store};
use web::Failure;
use web::flows::{GrantedBy, StaffDraft, StaffFault, add_staff};

use crate::args::{AccountCommand, CreateArgs, LoginArgs, Place};
use crate::commands::Console;
use crate::words::{self, tell};

/// Accounts from the console: the same verbs as the administrator's pages.
pub(crate) fn run(command: AccountCommand) -> anyhow::Result<ExitCode> {
    match command {
        AccountCommand::List { place, json } => list(&place, json),
        AccountCommand::Create(args) => create(&args),
        AccountCommand::Slip(args) => slip(&args),
        AccountCommand::Block { login, reason } => block(&login, reason),
        AccountCommand::Unblock(args) => unblock(&args),
        AccountCommand::EndSessions(args) => end_sessions(&args),
        AccountCommand::Rescue { place } => rescue(&place),
    }
}

fn console() -> Actor {
    Actor::program("console")
}

fn missing(login: &str) -> anyhow::Error {
    anyhow!("логина «{login}» нет; все логины покажет «zvonok account list»")
}

fn said(error: AccountError, login: &str) -> anyhow::Error {
    match error {
        AccountError::LoginTaken => anyhow!("логин «{login}» уже занят; укажите другой через --login"),
        AccountError::HasAccount => anyhow!("у этого человека уже есть логин"),
        AccountError::Missing => missing(login),
        AccountError::Store(error) => error.into(),
    }
}

#[derive(Serialize)]
struct Listed {
    login: String,
    name: String,
    state: &'static str,
}

fn list(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let store = Store::open(&place.db, &web::schema(), Mode::ReadOnly)?;
    let rows = store.read_blocking(|tx| {
        let accounts = school::list_accounts(tx)?;
        let people: Vec<_> = accounts.iter().map(|(account, _)| account.person).collect();
        let names = school::names_of(tx, &people)?;
        let listed = accounts.into_iter().map(|(account, state)| Listed {
            name: names.get(&account.person).map(PersonName::full).unwrap_or_default(),
            login: account.login,
            state: match state {
                AccountState::New => "ждёт листка",
                AccountState::SlipOpen => "листок выдан",
                AccountState::Active => "входит с паролем",
                AccountState::Blocked => "вход закрыт",
            },
        });
        Ok::<Vec<_>, store::Error>(listed.collect())
    });
    let rows = rows.with_context(|| place.db.display().to_string())?;
    if json {
        tell(&serde_json::to_string_pretty(&rows)?);
    } else {
        for row in rows {
            tell(&format!("{:<24} {:<18} {}", row.login, row.state, row.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn create(args: &CreateArgs) -> anyhow::Result<ExitCode> {
    let name = [args.surname.as_str(), &args.given, &args.patronymic];
    let draft = StaffDraft::parse(name, &args.role, args.login.as_deref()).map_err(|fault| match fault {
        StaffFault::Name(fault) => anyhow!("имя «{}»: {}", name.join(" ").trim(), words::name(fault)),
        StaffFault::Login => anyhow!(
            "--login {}: логин — от 3 до 40 строчных латинских букв, цифр и точек; пример: ilina.v",
            args.login.as_deref().unwrap_or_default()
        ),
        StaffFault::Role => anyhow!(
            "--role {}: бывает teacher, deputy_head, head_teacher, safeguarding_lead, administrator",
            args.role
        ),
    })?;
    let console_now = Console::open(&args.place)?;
    let now = console_now.clock.now();
    let login = console_now.store.write_blocking(move |tx| {
        let zone = school::load_school(tx)?.map(|school| school.zone).unwrap_or_default();
        let today = school::Zone::find(&zone).map_or_else(|_| now.to_utc().date(), |zone| zone.date(now));
        let new = add_staff(tx, now, today, GrantedBy::Console, draft)?;
        tx.audit(now, &console(), new.act)?;
        Ok::<_, Failure>(new.login)
    });
    let login = login.map_err(|failure| {
        let Failure::Account(error) = failure else { return failure.into() };
        said(error, args.login.as_deref().unwrap_or_default())
    })?;
    tell(&format!("Логин: {login}"));
    tell(&format!("Теперь выдайте листок: zvonok account slip {login}"));
    Ok(ExitCode::SUCCESS)
}

/// Runs a verb on the account with a login, with its audit row.
fn on_account<T: Send + 'static>(
    args: &LoginArgs,
    run: impl FnOnce(
        &mut store::WriteTx<'_>,
        store::UtcInstant,
        &PortalAccount,
        &Console,
    ) -> Result<(T, Act), AccountError>
    + Send
    + 'static,
) -> anyhow::Result<T> {
    // Shared with the writer's thread; the lock is held, and the base closed, by this one.
    let console_now = Arc::new(Console::open(&args.place)?);
    let (now, lent) = (console_now.clock.now(), Arc::clone(&console_now));
    let login = args.login.clone();
    let done = console_now.store.write_blocking(move |tx| {
        let account = school::find_account(tx, &login)?.ok_or(AccountError::Missing)?;
        let (value, act) = run(tx, now, &account, &lent)?;
        tx.audit(now, &console(), act)?;
        Ok(value)
    });
    done.map_err(|error| said(error, &args.login)).with_context(|| args.place.db.display().to_string())
}

fn slip(args: &LoginArgs) -> anyhow::Result<ExitCode> {
    let slip = on_account(args, |tx, now, account, console_now| {
        let slip = school::issue_slip(tx, now, &console_now.key, &console_now.random, account)?;
        Ok((slip, Act::new("school.slip.issue", "person", account.person)))
    })?;
    tell(&format!("Логин: {}", slip.login));
    tell(&format!("Код:   {}", slip.code.printed()));
    tell(
        "Страница: /slip на сайте школы. Код показан один раз, действует 30 дней; прежний листок больше не работает.",
    );
    Ok(ExitCode::SUCCESS)
}

fn block(args: &LoginArgs, reason: String) -> anyhow::Result<ExitCode> {
    on_account(args, move |tx, now, account, _| {
        school::block(tx, now, account.person, &reason)?;
        Ok(((), Act::new("school.account.block", "person", account.person).because(reason)))
    })?;
    tell(&format!("Вход «{}» закрыт, сеансы закончены", args.login));
    Ok(ExitCode::SUCCESS)
}

fn unblock(args: &LoginArgs) -> anyhow::Result<ExitCode> {
    on_account(args, |tx, _, account, _| {
        school::unblock(tx, account.person)?;
        Ok(((), Act::new("school.account.unblock", "person", account.person)))
    })?;
    tell(&format!("Вход «{}» открыт", args.login));
    Ok(ExitCode::SUCCESS)
}

fn end_sessions(args: &LoginArgs) -> anyhow::Result<ExitCode> {
    let ended = on_account(args, |tx, now, account, _| {
        let ended = school::end_all_sessions(tx, now, account.person, None, EndWhy::Administrator)?;
        Ok((ended, Act::new("school.session.end_all", "person", account.person)))
    })?;
    tell(&format!("Закончено сеансов: {ended}"));
    Ok(ExitCode::SUCCESS)
}

fn rescue(place: &Place) -> anyhow::Result<ExitCode> {
    let console_now = Console::open(place)?;
    let now = console_now.clock.now();
    let token = console_now.random.token::<16>();
    let link = token.clone();
    console_now.store.write_blocking(move |tx| {
        school::begin_setup(tx, now, &link)?;
        tx.audit(now, &console(), Act::new("school.setup.begin", "school", 1))?;
        Ok::<_, store::Error>(())
    })?;
    tell("Откройте сайт командой «zvonok serve», затем эту ссылку на этом же компьютере:");
    tell(&format!("  http://127.0.0.1:8080/setup/{token}"));
    tell(
        "Она работает один раз, в течение часа, и заводит нового администратора. Прежнего можно закрыть на странице «Люди».",
    );
    Ok(ExitCode::SUCCESS)
}
