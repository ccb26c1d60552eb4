//! What the console says: one line for each thing that can stop it, naming the file and the remedy.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::Mutex;

use school::NameFault;
use store::{KeyError, StartError};
use web::server::{CertificateError, ServeError};

/// Why a line did not get to standard output.
static UNSAID: Mutex<Option<std::io::Error>> = Mutex::new(None);

/// Prints an error the way a newcomer can act on.
pub(crate) fn complain(error: &anyhow::Error) {
    say_wrong(&line(error));
}

/// Prints a complaint on standard error; whoever does not listen there cannot be told anything.
pub(crate) fn say_wrong(text: &str) {
    let _ = writeln!(std::io::stderr(), "zvonok: {text}");
}

/// Prints a line on standard output. A server goes on when nobody listens; see [`all_said`].
pub(crate) fn tell(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(cause) = writeln!(out, "{text}").and_then(|()| out.flush()) {
        *UNSAID.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(cause);
    }
}

/// The code that a command ends with: what could not be said is no success, unless the listener had heard enough.
pub(crate) fn all_said(code: ExitCode) -> ExitCode {
    let unsaid = UNSAID.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    match unsaid {
        Some(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            say_wrong(&format!("вывод не записан: {}", system(&cause)));
            ExitCode::FAILURE
        }
        Some(_) | None => code,
    }
}

/// What the system said, in Russian where it is one of the usual things.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the usual kinds have words here, the rest speak for themselves"
)]
pub(crate) fn system(cause: &std::io::Error) -> String {
    let said = match cause.kind() {
        ErrorKind::NotFound => "такого файла или папки нет",
        ErrorKind::PermissionDenied => "нет прав; проверьте владельца и права файла и папки",
        ErrorKind::IsADirectory => "это папка, а нужен файл",
        ErrorKind::NotADirectory => "это файл, а нужна папка",
        ErrorKind::AlreadyExists => "под этим именем уже что-то есть",
        ErrorKind::AddrInUse => "он занят другой программой",
        ErrorKind::AddrNotAvailable => "у этого компьютера такого адреса нет",
        ErrorKind::StorageFull => "на диске нет места",
        ErrorKind::ReadOnlyFilesystem => "диск открыт только для чтения",
        ErrorKind::InvalidData => "это не текст в UTF-8",
        _ => return cause.to_string(),
    };
    said.to_owned()
}

fn line(error: &anyhow::Error) -> String {
    if let Some(cause) = error.downcast_ref::<StartError>() {
        return start(cause);
    }
    if let Some(cause) = error.downcast_ref::<KeyError>() {
        return key(cause);
    }
    if let Some(cause) = error.downcast_ref::<ServeError>() {
        return serve(cause);
    }
    if let Some(cause) = error.downcast_ref::<store::Error>() {
        // What was added to the error is the name of the file.
        let (head, said) = (error.to_string(), base(cause));
        return if head == cause.to_string() { said } else { format!("{head}: {said}") };
    }
    let told = |cause: &(dyn std::error::Error + 'static)| match cause.downcast_ref::<std::io::Error>() {
        Some(cause) => system(cause),
        None => cause.to_string(),
    };
    error.chain().map(told).collect::<Vec<_>>().join(": ")
}

/// Why a copy was not taken, and what to do.
pub(crate) fn copy(error: &StartError) -> String {
    match error {
        StartError::Missing { path } => format!("{}: такой копии нет. Проверьте имя файла", path.display()),
        StartError::NotABase { path } => {
            format!("{}: это не копия базы. Копию делает «zvonok backup ФАЙЛ»", path.display())
        }
        StartError::Foreign { path, .. } => {
            format!("{}: это база другой программы, а не копия. Укажите другой файл", path.display())
        }
        StartError::Truncated { path, has, needs } => {
            format!("{}: копия обрезана, в ней {has} байт из {needs}. Возьмите другую", path.display())
        }
        StartError::Damaged { path, .. } | StartError::Unsound { path, .. } => {
            format!("{}: копия повреждена. Возьмите другую", path.display())
        }
        StartError::Exists { .. }
        | StartError::Newer { .. }
        | StartError::Locked { .. }
        | StartError::Shared { .. }
        | StartError::Migration { .. }
        | StartError::Io { .. }
        | StartError::OldSqlite { .. } => start(error),
    }
}

/// Why a base was not opened, and what to do.
pub(crate) fn start(error: &StartError) -> String {
    match error {
        StartError::Missing { path } => format!(
            "{}: такой базы нет. Заведите её командой «zvonok init» или укажите файл через --db",
            path.display()
        ),
        StartError::Exists { path } => {
            format!("{}: файл уже есть и не тронут. Укажите другое имя", path.display())
        }
        StartError::NotABase { path } => {
            format!(
                "{}: это не файл базы, он не тронут. Верните базу из копии: «zvonok restore КОПИЯ»",
                path.display()
            )
        }
        StartError::Foreign { path, .. } => {
            format!(
                "{}: это база другой программы, она не тронута. Укажите базу школы через --db",
                path.display()
            )
        }
        StartError::Truncated { path, has, needs } => format!(
            "{}: файл обрезан, в нём {has} байт из {needs}; он не тронут. Верните базу из копии: «zvonok restore КОПИЯ»",
            path.display()
        ),
        StartError::Newer { path, found, known } => format!(
            "{}: базу вела более новая версия «Звонка» (схема {found}, эта знает {known}); она не тронута. Поставьте новую версию",
            path.display()
        ),
        StartError::Damaged { path, cause } => format!(
            "{}: файл повреждён ({cause}); он не тронут. Проверьте его командой «zvonok check» и верните базу из копии: «zvonok restore КОПИЯ»",
            path.display()
        ),
        StartError::Unsound { path, finding } => format!(
            "{}: файл повреждён ({}); он не тронут. Проверьте его командой «zvonok check» и верните базу из копии: «zvonok restore КОПИЯ»",
            path.display(),
            finding.lines().last().unwrap_or_default()
        ),
        StartError::Shared { path, by } => format!(
            "{}: база лежит на сетевом диске или в папке, которую синхронизирует программа ({by}); там она испортится, поэтому не открыта. Перенесите её на диск этого компьютера, остановив синхронизацию",
            path.display()
        ),
        StartError::Locked { path } => {
            format!("{}: базу держит другая программа. Закройте её и повторите", path.display())
        }
        StartError::Migration { path, cause } => format!(
            "{}: не удалось обновить базу ({cause}); она осталась прежней. Сделайте копию и сообщите разработчикам",
            path.display()
        ),
        StartError::Io { path, cause } => format!("{}: {}", path.display(), system(cause)),
        StartError::OldSqlite { found } => {
            format!("библиотека SQLite {found} слишком стара, нужна 3.51.3 или новее")
        }
    }
}

fn key(error: &KeyError) -> String {
    match error {
        KeyError::Missing { path } => format!(
            "{}: нет файла ключа сервера. Верните его на место или укажите через --key-file; без него листки и коды недействительны",
            path.display()
        ),
        KeyError::Open { path, mode } => format!(
            "{}: файл ключа могут читать другие (права {mode:o}). Закройте его: chmod 600 {}",
            path.display(),
            path.display()
        ),
        KeyError::Malformed { path } => {
            format!("{}: это не файл ключа сервера. Верните настоящий из копии", path.display())
        }
        KeyError::Held { path } => format!(
            "{}: с этой базой уже работает сервер. Остановите его и повторите; листки, входы и сеансы можно вести и на странице «Люди»",
            path.display()
        ),
        KeyError::Io { path, cause } => format!("{}: {}", path.display(), system(cause)),
    }
}

fn serve(error: &ServeError) -> String {
    match error {
        ServeError::Listen { address, cause } => {
            format!(
                "адрес {address} занять не удалось: {}. Укажите другой через --listen или --port",
                system(cause)
            )
        }
        ServeError::Certificate(CertificateError::File { path, cause }) => {
            format!("{}: сертификат или ключ не прочитан ({}). Нужны файлы PEM", path.display(), cause)
        }
        ServeError::Certificate(CertificateError::Mismatch { cert, key }) => {
            format!("{}: ключ {} — от другого сертификата. Укажите их парой", cert.display(), key.display())
        }
        ServeError::Certificate(CertificateError::Made(cause)) => {
            format!("сертификат школы не выпущен ({cause}); проверьте имена в server.hosts")
        }
        ServeError::Purge(cause) => format!(
            "база из копии не открыта: сообщения старше срока хранения не удалились ({cause}). Проверьте место на диске и запустите снова"
        ),
        ServeError::Routes(cause) => format!("таблица адресов противоречит себе: {cause}"),
    }
}

fn base(error: &store::Error) -> String {
    match error {
        store::Error::Full => "на диске закончилось место, ничего не записано".to_owned(),
        store::Error::ReadOnly => "базу можно только читать, ничего не записано".to_owned(),
        store::Error::NoRow => "такой записи нет".to_owned(),
        store::Error::Busy | store::Error::Closed => "база занята, ничего не записано".to_owned(),
        error if error.is_damage() => {
            "файл базы повреждён; он не тронут. Проверьте его командой «zvonok check» и верните базу из копии: «zvonok restore КОПИЯ»"
                .to_owned()
        }
        store::Error::Sqlite(_) | store::Error::Unreadable { .. } | store::Error::Panicked => {
            format!("база не приняла запись: {error}")
        }
    }
}

/// Why a part of a name was not taken.
pub(crate) fn name(fault: NameFault) -> String {
    match fault {
        NameFault::Empty => "не имя".to_owned(),
        NameFault::TooLong { has } => format!("слишком длинно: знаков {has}, можно 100"),
        NameFault::Character { found } if found.is_control() || !is_visible(found) => {
            "внутри невидимый знак; наберите заново".to_owned()
        }
        NameFault::Character { found } => format!("в имени не бывает знака «{found}»"),
    }
}

/// Whether a character leaves ink: those that turn the direction of writing do not.
fn is_visible(sign: char) -> bool {
    !matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}
