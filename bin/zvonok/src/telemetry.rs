//! Logs: to standard error, as JSON under systemd, without personal data (K22).

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Starts logging; `RUST_LOG` wins over the number of `-v`.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    // Whoever has stopped reading the log must not stop the server: a line that cannot be written is lost.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    // systemd sets this when standard error goes to its journal.
    if std::env::var_os("JOURNAL_STREAM").is_some() {
        builder.json().init();
    } else {
        builder.with_ansi(std::io::stderr().is_terminal()).init();
    }
}
