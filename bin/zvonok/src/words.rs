//! What the console says: one line for each thing that can stop it, naming the file and the remedy.

use store::{KeyError, StartError};
use web::server::{CertificateError, ServeError};

/// Prints an error the way a newcomer can act on.
#[expect(clippy::print_stderr, reason = "this is the console's own voice")]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("zvonok: {}", line(error));
}

/// Prints a line on standard output.
#[expect(clippy::print_stdout, reason = "this is the console's own voice")]
pub(crate) fn tell(text: &str) {
    println!("{text}");
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
        return base(cause);
    }
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
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
        StartError::Locked { path } => {
            format!("{}: базу держит другая программа. Закройте её и повторите", path.display())
        }
        StartError::Migration { path, cause } => format!(
            "{}: не удалось обновить базу ({cause}); она осталась прежней. Сделайте копию и сообщите разработчикам",
            path.display()
        ),
        StartError::Io { path, cause } => format!("{}: {cause}", path.display()),
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
            "{}: с этой базой уже работает сервер. Остановите его или сделайте то же на странице администратора",
            path.display()
        ),
        KeyError::Io { path, cause } => format!("{}: {cause}", path.display()),
    }
}

fn serve(error: &ServeError) -> String {
    match error {
        ServeError::Listen { address, cause } => {
            format!(
                "адрес {address} занять не удалось ({cause}). Укажите другой порт через --listen или --port"
            )
        }
        ServeError::Certificate(CertificateError::File { path, cause }) => {
            format!("{}: сертификат или ключ не прочитан ({cause}). Нужны файлы PEM", path.display())
        }
        ServeError::Certificate(CertificateError::Mismatch { cert, key }) => {
            format!("{}: ключ {} — от другого сертификата. Укажите их парой", cert.display(), key.display())
        }
        ServeError::Certificate(CertificateError::Made(cause)) => {
            format!("сертификат школы не выпущен ({cause}); проверьте имена в server.hosts")
        }
        ServeError::Routes(cause) => format!("таблица адресов противоречит себе: {cause}"),
    }
}

fn base(error: &store::Error) -> String {
    match error {
        store::Error::Full => "на диске закончилось место, ничего не записано".to_owned(),
        store::Error::ReadOnly => "базу можно только читать, ничего не записано".to_owned(),
        store::Error::NoRow => "такой записи нет".to_owned(),
        store::Error::Busy | store::Error::Closed => "база занята, ничего не записано".to_owned(),
        store::Error::Sqlite(_) | store::Error::Unreadable { .. } | store::Error::Panicked => {
            format!("база не приняла запись: {error}")
        }
    }
}
