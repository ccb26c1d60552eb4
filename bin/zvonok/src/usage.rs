//! The command line's help and complaints in Russian; clap itself speaks English (adr 0007).

use std::error::Error as _;
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};

use crate::words::{say_wrong, tell};

/// clap's own words in a help page, and ours.
const WORDS: [(&str, &str); 10] = [
    ("Usage:", "Вызов:"),
    ("Commands:", "Команды:"),
    ("Options:", "Ключи:"),
    ("Arguments:", "Что указать:"),
    ("[OPTIONS]", "[КЛЮЧИ]"),
    ("<COMMAND>", "<КОМАНДА>"),
    ("[default:", "[без ключа:"),
    ("[env:", "[или переменная:"),
    ("[possible values:", "[бывает:"),
    ("Print help", "Показать эту справку"),
];

/// Prints the help that was asked for, or what is wrong with the command line.
pub(crate) fn explain(error: &clap::Error) -> ExitCode {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if !is_help {
        say_wrong(&format!("{}. Справка: та же команда с ключом --help", complaint(error)));
        return ExitCode::from(2);
    }
    let page = WORDS
        .iter()
        .fold(error.render().to_string(), |page, (english, russian)| page.replace(english, russian))
        .replace("Print version", "Показать версию");
    if error.use_stderr() {
        say_wrong(&format!("скажите, что сделать\n\n{}", page.trim_end()));
        return ExitCode::from(2);
    }
    tell(page.trim_end());
    ExitCode::SUCCESS
}

#[expect(clippy::wildcard_enum_match_arm, reason = "clap may find more to complain about")]
fn complaint(error: &clap::Error) -> String {
    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let perhaps = |kind| match error.get(kind) {
        Some(known) => format!("; может быть, «{known}»"),
        None => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => {
            format!("«{argument}» здесь лишнее{}", perhaps(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => format!(
            "команды «{}» нет{}",
            context(ContextKind::InvalidSubcommand),
            perhaps(ContextKind::SuggestedSubcommand)
        ),
        ErrorKind::MissingSubcommand => "не указана команда".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("не указано: {argument}"),
        ErrorKind::ArgumentConflict => {
            let prior = context(ContextKind::PriorArg);
            if prior == argument || prior.is_empty() {
                format!("{argument} указан дважды")
            } else {
                format!("{argument} и {prior} вместе не указывают")
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument}: не указано значение"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("{argument}: «{value}» не подходит{}", bounds(error))
        }
        ErrorKind::InvalidUtf8 => "в командной строке есть знаки не в UTF-8".to_owned(),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument}: не столько значений, сколько нужно")
        }
        _ => error.to_string().lines().next().unwrap_or_default().to_owned(),
    }
}

/// The bounds of a number, when a value lies beyond them.
fn bounds(error: &clap::Error) -> String {
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let range = said.split_once(" is not in ").and_then(|(_, range)| range.split_once(".."));
    match range {
        Some((least, most)) => format!("; нужно число от {least} до {}", most.trim_start_matches('=')),
        None => String::new(),
    }
}
