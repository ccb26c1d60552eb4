//! Owns the executable: arguments, settings, logs, one file for each subcommand.
//! Promises that every refusal is one Russian line that names the file and what to do.
//! Never holds SQL, HTML or a rule of the school.

mod args;
mod commands;
mod config;
mod demo;
mod telemetry;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = args::Args::parse();
    telemetry::start(args.verbose);
    match commands::run(args) {
        Ok(code) => code,
        Err(error) => {
            words::complain(&error);
            ExitCode::FAILURE
        }
    }
}
