//! Owns the executable: arguments, settings, logs, one file for each subcommand.
//! Promises that every refusal is one Russian line that names the file and what to do.
//! Never holds SQL, HTML or a rule of the school.

mod args;
mod commands;
mod config;
mod demo;
mod telemetry;
mod usage;
mod words;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return words::all_said(usage::explain(&error)),
    };
    telemetry::start(args.verbose);
    let code = match commands::run(args) {
        Ok(code) => code,
        Err(error) => {
            words::complain(&error);
            ExitCode::FAILURE
        }
    };
    words::all_said(code)
}
