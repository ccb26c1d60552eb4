//! The file itself: start checks (R10), pragmas, connections.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::place::assert_local;
use crate::{Schema, StartError, collation};

/// Marks the file as ours: «ZVON» in ASCII.
pub const APPLICATION_ID: u32 = 0x5a56_4f4e;

/// The state of the file while the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Reads and writes go on.
    Good,
    /// The disk was full at the last write; reads go on, the next write tries again (R4).
    Full,
    /// The file cannot be written, or a check found damage; reads go on (R10).
    ReadOnly,
}

/// What the first hundred bytes say.
struct Header {
    page_bytes: u64,
    pages: u64,
    user_version: u32,
    application_id: u32,
    counts_agree: bool,
}

fn io(path: &Path, cause: std::io::Error) -> StartError {
    if cause.kind() == std::io::ErrorKind::NotFound {
        return StartError::Missing { path: path.to_path_buf() };
    }
    StartError::Io { path: path.to_path_buf(), cause }
}

fn read_header(path: &Path) -> Result<(Header, u64), StartError> {
    let mut file = File::open(path).map_err(|cause| io(path, cause))?;
    let size = file.metadata().map_err(|cause| io(path, cause))?.len();
    let mut head = [0_u8; 100];
    let not_a_base = || StartError::NotABase { path: path.to_path_buf() };
    file.read_exact(&mut head).map_err(|cause| {
        if cause.kind() == std::io::ErrorKind::UnexpectedEof { not_a_base() } else { io(path, cause) }
    })?;
    if !head.starts_with(b"SQLite format 3\0") {
        return Err(not_a_base());
    }
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let written = u16::from_be_bytes([head[16], head[17]]);
    // One stands for 65,536, which two bytes cannot say.
    let page_bytes = if written == 1 { 65_536 } else { u64::from(written) };
    let header = Header {
        page_bytes,
        pages: u64::from(word(28)),
        user_version: word(60),
        application_id: word(68),
        // The page count is only meant when the file's change counter is the one it was written with.
        counts_agree: word(24) == word(92),
    };
    Ok((header, size))
}

/// Looks at the file without opening it as a base; changes nothing.
pub(crate) fn inspect(path: &Path, schema: &Schema) -> Result<(), StartError> {
    if size_of(path).is_some_and(|size| size == 0) {
        return Err(StartError::NotABase { path: path.to_path_buf() });
    }
    let (header, size) = read_header(path)?;
    if header.application_id != APPLICATION_ID {
        return Err(StartError::Foreign { path: path.to_path_buf(), found: header.application_id });
    }
    if header.user_version > schema.version() {
        return Err(StartError::Newer {
            path: path.to_path_buf(),
            found: header.user_version,
            known: schema.version(),
        });
    }
    // With a log beside the file, pages may still be on their way into it.
    let logged = size_of(&beside(path, "-wal")).is_some_and(|size| size > 0);
    let needs = header.pages * header.page_bytes;
    if header.counts_agree && !logged && size < needs {
        return Err(StartError::Truncated { path: path.to_path_buf(), has: size, needs });
    }
    Ok(())
}

fn size_of(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|meta| meta.len())
}

pub(crate) fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn assert_version(number: i32, found: &'static str) -> Result<(), StartError> {
    if number < 3_051_003 { Err(StartError::OldSqlite { found }) } else { Ok(()) }
}

/// How long a connection waits for another one.
pub(crate) const BUSY: Duration = Duration::from_secs(2);

/// Pages that a connection keeps in memory, in KiB; the others are a copy away in the memory of the system. Four times as
/// much was no faster and stayed in the memory of an idle server.
pub(crate) const CACHE_KIB: i32 = 4 * 1024;

/// How much a connection keeps in memory from now on. SQLite takes a number below zero for KiB, above it for pages.
pub(crate) fn set_cache(conn: &Connection, kib: i32) -> rusqlite::Result<()> {
    conn.pragma_update(None, "cache_size", -kib)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that opens the base")]
fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(512);
    // Without this a statement with a partial index or a LIMIT is planned anew whenever its parameters change.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    collation::register(&conn)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    set_cache(&conn, CACHE_KIB)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    // What is purged is overwritten, in its rows and in the pages that become free (MSG-S8).
    conn.pragma_update(None, "secure_delete", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    Ok(conn)
}

/// Opens the only read-write connection and brings the schema up to date.
pub(crate) fn open_writer(path: &Path, schema: &Schema) -> Result<Connection, StartError> {
    assert_version(rusqlite::version_number(), rusqlite::version())?;
    inspect(path, schema)?;
    assert_local(path)?;
    let sqlite = |cause| StartError::from_sqlite(path, cause);
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sqlite)?;
    // Asks for the write lock at once: a foreign process that holds the file is found here, not at the first mark.
    conn.execute_batch("BEGIN IMMEDIATE; COMMIT").map_err(sqlite)?;
    prepare(&mut conn, path, schema)?;
    Ok(conn)
}

/// Makes a new base where nothing is.
pub(crate) fn create(path: &Path, schema: &Schema, epoch: &str) -> Result<Connection, StartError> {
    assert_version(rusqlite::version_number(), rusqlite::version())?;
    assert_local(path)?;
    let sqlite = |cause| StartError::from_sqlite(path, cause);
    private_file(path)?;
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sqlite)?;
    conn.pragma_update(None, "page_size", 4096).map_err(sqlite)?;
    conn.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(sqlite)?;
    conn.pragma_update(None, "application_id", APPLICATION_ID).map_err(sqlite)?;
    prepare(&mut conn, path, schema)?;
    conn.execute("INSERT INTO store_meta (key, value) VALUES ('epoch', ?1), ('g', '0')", [epoch])
        .map_err(sqlite)?;
    // The header is what the next start looks at first, so it must not stay in the log.
    checkpoint(&conn).map_err(sqlite)?;
    Ok(conn)
}

fn private_file(path: &Path) -> Result<(), StartError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map(|_| ()).map_err(|cause| {
        if cause.kind() == std::io::ErrorKind::AlreadyExists {
            return StartError::Exists { path: path.to_path_buf() };
        }
        StartError::Io { path: path.to_path_buf(), cause }
    })
}

fn prepare(conn: &mut Connection, path: &Path, schema: &Schema) -> Result<(), StartError> {
    let sqlite = |cause| StartError::from_sqlite(path, cause);
    let pragma = |conn: &Connection, name: &str, value: &dyn rusqlite::ToSql| {
        // Some of these answer with a row, some do not.
        let answered = conn.pragma_update_and_check(None, name, value, |_| Ok(()));
        answered
            .or_else(|error| if error == rusqlite::Error::QueryReturnedNoRows { Ok(()) } else { Err(error) })
    };
    pragma(conn, "journal_mode", &"wal").map_err(sqlite)?;
    pragma(conn, "synchronous", &"full").map_err(sqlite)?;
    pragma(conn, "wal_autocheckpoint", &0).map_err(sqlite)?;
    pragma(conn, "journal_size_limit", &(16 * 1024 * 1024)).map_err(sqlite)?;
    let version: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sqlite)?;
    if version < schema.version() {
        // Rebuilding a table needs this off, and inside a transaction the pragma does nothing.
        conn.pragma_update(None, "foreign_keys", false).map_err(sqlite)?;
        schema.apply(conn).map_err(|cause| StartError::Migration { path: path.to_path_buf(), cause })?;
        conn.pragma_update(None, "foreign_keys", true).map_err(sqlite)?;
        conn.pragma_update(None, "user_version", schema.version()).map_err(sqlite)?;
        checkpoint(conn).map_err(sqlite)?;
    }
    Ok(())
}

pub(crate) fn checkpoint(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Opens a connection that can only read. Where the folder cannot be written either, SQLite could not keep its
/// shared index there; the file is then read as it lies.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, StartError> {
    let sqlite = |cause| StartError::from_sqlite(path, cause);
    let probe = |conn: Connection| -> rusqlite::Result<Connection> {
        conn.query_row("SELECT COUNT(*) FROM store_meta", [], |_| Ok(()))?;
        Ok(conn)
    };
    let plain = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(probe);
    match plain {
        Ok(conn) => Ok(conn),
        Err(error)
            if size_of(&beside(path, "-wal")).is_none_or(|size| size == 0) && may_be_folder(&error) =>
        {
            let address = format!("file:{}?immutable=1", escape(path));
            connect(Path::new(&address), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
                .and_then(probe)
                .map_err(sqlite)
        }
        Err(error) => Err(sqlite(error)),
    }
}

fn may_be_folder(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode;
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
        )
    )
}

fn escape(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// Whether a server may write: the file's own permission, asked of the system and not guessed from mode bits.
pub(crate) fn is_writable(path: &Path) -> bool {
    std::fs::OpenOptions::new().append(true).open(path).is_ok()
        && path.parent().is_none_or(|folder| {
            let probe = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            // SQLite makes its log beside the file.
            std::fs::OpenOptions::new().append(true).open(beside(path, "-wal")).is_ok()
                || std::fs::metadata(probe).is_ok_and(|meta| !meta.permissions().readonly())
        })
}

#[cfg(test)]
mod tests {
    use super::assert_version;
    use crate::StartError;

    #[test]
    fn an_older_sqlite_is_refused() {
        // MSG-D14
        for (number, text) in [(3_051_002, "3.51.2"), (3_050_004, "3.50.4"), (3_009_000, "3.9.0")] {
            let refused = assert_version(number, text);
            assert!(matches!(refused, Err(StartError::OldSqlite { found }) if found == text), "{text}");
        }
        assert!(assert_version(3_051_003, "3.51.3").is_ok());
        assert!(assert_version(rusqlite::version_number(), rusqlite::version()).is_ok());
    }
}
