//! The shipped executable with raised caps.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::process::Process;

/// A served base.
pub(super) struct Served {
    pub(super) process: Process,
    /// `address:port`.
    pub(super) host: String,
}

/// Makes the demo school of today and stops it.
pub(super) fn build(zvonok: &Path, folder: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(zvonok);
    command.args(["demo", "--port", "0", "--json", "--data"]).arg(folder);
    Process::start(&mut command, "\"url\"")?.0.stop()
}

/// Serves a base on a free port.
pub(super) fn serve(zvonok: &Path, base: &Path) -> anyhow::Result<Served> {
    let mut command = Command::new(zvonok);
    command.args(["serve", "--listen", "127.0.0.1:0", "--db"]).arg(base);
    command.env("ZVONOK_CONNECTIONS_PER_ADDRESS", "50000");
    command.env("ZVONOK_SOCKETS_PER_SESSION", "50000");
    command.env("ZVONOK_SOCKET_MESSAGES_PER_SECOND", "1000000");
    let (process, line) = Process::start(&mut command, "http://")?;
    let (_, host) = line.split_once("http://").context("the server has no address")?;
    Ok(Served { process, host: host.trim().trim_end_matches('/').to_owned() })
}

/// Starts the bare fan-out whose frames are as long as ours.
pub(super) fn limit(bytes: usize) -> anyhow::Result<Served> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["limit-fan", &bytes.to_string()]);
    let (process, line) = Process::start(&mut command, "listening ")?;
    Ok(Served { process, host: line.trim_start_matches("listening ").trim().to_owned() })
}
