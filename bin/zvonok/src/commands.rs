//! One file for each subcommand.

mod account;
mod backup;
mod check;
mod demo;
mod doctor;
mod import;
mod init;
mod restore;
mod routes;
mod serve;
mod verify;
mod vkid;

use std::process::ExitCode;

use store::{Mode, Random, ServerKey, Store};
use web::Clock;

use crate::args::{Args, Command, DoctorCommand, Place};

/// Runs what was asked for.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Init(args) => init::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Doctor(DoctorCommand::Calls(args)) => doctor::calls(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Account(command) => account::run(command),
        Command::Vkid(command) => vkid::run(command),
        Command::Routes { json } => routes::run(json),
        Command::Demo(args) => demo::run(&args),
        Command::Import(args) => import::run(&args),
    }
}

/// The word left in the demo's base; the day on which its school was made follows.
pub(crate) const DEMO: &str = "demo";

/// Whether a base is the demo's, whose passwords everybody knows.
pub(crate) fn is_demo(store: &Store) -> Result<bool, store::Error> {
    let purpose = store.read_blocking(|tx| tx.purpose())?;
    Ok(purpose.is_some_and(|purpose| purpose.split(' ').next() == Some(DEMO)))
}

/// The base opened for writing by a subcommand, with the server's lock held (ARC-4, ARC-18).
pub(crate) struct Console {
    pub(crate) store: Store,
    pub(crate) key: ServerKey,
    pub(crate) random: Random,
    pub(crate) clock: Clock,
}

impl Console {
    /// Takes the lock and opens the base; refuses while a server runs.
    pub(crate) fn open(place: &Place) -> anyhow::Result<Self> {
        let key = take_key(place)?;
        let store = Store::open(&place.db, &web::schema(), Mode::Serve)?;
        Ok(Self { store, key, random: Random::system(), clock: Clock::System })
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.store.close();
    }
}

/// Takes the server key; without a base, says so first, since that is what is wrong.
pub(crate) fn take_key(place: &Place) -> anyhow::Result<ServerKey> {
    if !place.db.exists() {
        return Err(store::StartError::Missing { path: place.db.clone() }.into());
    }
    Ok(ServerKey::take(&place.key())?)
}
