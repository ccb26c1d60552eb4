//! Copies of the base: made while the server runs, checked before they count, put back with a new epoch.

use std::fs::{self, File};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::store::new_epoch;
use crate::{Error, Finding, Random, ReadTx, Schema, Sql, StartError, file, verify};

/// What a finished copy is.
#[derive(Clone, Debug)]
pub struct BackupReport {
    /// The copy.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file in hexadecimal.
    pub sha256: String,
    /// The number of the last command in it.
    pub g: i64,
}

/// What was put back.
#[derive(Clone, Debug)]
pub struct RestoreReport {
    /// Where the base that was there before has been kept, if there was one.
    pub kept: Option<PathBuf>,
    /// The moment of the last event in the restored base, in milliseconds, if it has one.
    pub last_event_at: Option<i64>,
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> StartError + '_ {
    move |cause| StartError::Io { path: path.to_path_buf(), cause }
}

/// Copies the base in one step to a new file of mode 0600, opens the copy, checks it, and only then gives it its
/// name (MSG-K1, MSG-K3).
///
/// # Errors
/// [`StartError`] naming the file that is at fault; no file is left behind under `to`.
pub fn backup(from: &Path, to: &Path, schema: &Schema) -> Result<BackupReport, StartError> {
    file::inspect(from, schema)?;
    if to.exists() {
        return Err(StartError::Exists { path: to.to_path_buf() });
    }
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::metadata(folder).map_err(io(folder))?;
    }
    let part = file::beside(to, ".part");
    let made = copy_checked(from, &part, schema).and_then(|()| {
        fs::rename(&part, to).map_err(io(to))?;
        sync_folder(to)
    });
    if let Err(error) = made {
        // The half-made copy has no value; the error says what happened.
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    let bytes = fs::metadata(to).map_err(io(to))?.len();
    let g = open_copy(to)?
        .query_row("SELECT CAST(value AS INTEGER) FROM store_meta WHERE key = 'g'", [], |row| row.get(0))
        .map_err(|cause| StartError::from_sqlite(to, cause))?;
    Ok(BackupReport { path: to.to_path_buf(), bytes, sha256: digest_of(to)?, g })
}

fn copy_checked(from: &Path, part: &Path, schema: &Schema) -> Result<(), StartError> {
    let _ = fs::remove_file(part);
    let empty =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(part).map_err(io(part))?;
    drop(empty);
    let source = file::open_reader(from)?;
    let damaged = |path: &Path, cause| StartError::from_sqlite(path, cause);
    let mut target = open_target(part)?;
    {
        let backup =
            rusqlite::backup::Backup::new(&source, &mut target).map_err(|cause| damaged(part, cause))?;
        // All pages in one step: from a second connection a busy base would restart smaller steps for ever (MSG-D7).
        let step = backup.step(-1).map_err(|cause| damaged(part, cause))?;
        if step != rusqlite::backup::StepResult::Done {
            return Err(StartError::Locked { path: from.to_path_buf() });
        }
    }
    // The copy stands alone, without a log beside it.
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(|cause| damaged(part, cause))?;
    drop(target);
    file::inspect(part, schema)?;
    let finding = verify::check(part, schema)?;
    if let Some(Finding { text }) = finding.into_iter().next() {
        return Err(StartError::Unsound { path: from.to_path_buf(), finding: text });
    }
    File::open(part).and_then(|file| file.sync_all()).map_err(io(part))
}

#[expect(clippy::disallowed_methods, reason = "store opens bases")]
fn open_target(path: &Path) -> Result<rusqlite::Connection, StartError> {
    rusqlite::Connection::open(path).map_err(|cause| StartError::from_sqlite(path, cause))
}

fn open_copy(path: &Path) -> Result<rusqlite::Connection, StartError> {
    file::open_reader(path)
}

fn sync_folder(path: &Path) -> Result<(), StartError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(path))
}

fn digest_of(path: &Path) -> Result<String, StartError> {
    use std::fmt::Write as _;
    use std::io::Read as _;
    let mut file = File::open(path).map_err(io(path))?;
    let mut sha = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        let count = file.read(&mut buffer).map_err(io(path))?;
        if count == 0 {
            break;
        }
        sha.update(&buffer[..count]);
    }
    Ok(sha.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Puts a copy in the place of the base; the caller holds the server's lock. The copy is checked first and stays
/// as it is; the base that was there is kept beside under another name; the epoch is new, so that clients drop
/// what they remember (MSG-K4).
///
/// # Errors
/// [`StartError`] naming the file at fault; the base is then as it was.
pub fn restore(
    from: &Path,
    to: &Path,
    schema: &Schema,
    random: &Random,
) -> Result<RestoreReport, StartError> {
    file::inspect(from, schema)?;
    if let Some(Finding { text }) = verify::check(from, schema)?.into_iter().next() {
        return Err(StartError::Unsound { path: from.to_path_buf(), finding: text });
    }
    let part = file::beside(to, ".restore");
    let _ = fs::remove_file(&part);
    fs::copy(from, &part).map_err(io(&part))?;
    fs::set_permissions(&part, fs::Permissions::from_mode(0o600)).map_err(io(&part))?;
    let prepared = renew(&part, schema, random);
    let last_event_at = match prepared {
        Ok(last) => last,
        Err(error) => {
            let _ = fs::remove_file(&part);
            return Err(error);
        }
    };
    File::open(&part).and_then(|file| file.sync_all()).map_err(io(&part))?;
    let kept = set_aside(to)?;
    fs::rename(&part, to).map_err(io(to))?;
    sync_folder(to)?;
    Ok(RestoreReport { kept, last_event_at })
}

fn renew(part: &Path, schema: &Schema, random: &Random) -> Result<Option<i64>, StartError> {
    let sqlite = |cause| StartError::from_sqlite(part, cause);
    let conn = file::open_writer(part, schema)?;
    conn.execute("UPDATE store_meta SET value = ?1 WHERE key = 'epoch'", [new_epoch(random)])
        .map_err(sqlite)?;
    let last = conn.query_row("SELECT MAX(at) FROM store_event", [], |row| row.get(0)).map_err(sqlite)?;
    file::checkpoint(&conn).map_err(sqlite)?;
    Ok(last)
}

/// Moves the base and its log to a free name beside them.
fn set_aside(base: &Path) -> Result<Option<PathBuf>, StartError> {
    if !base.exists() {
        return Ok(None);
    }
    let free = (1_u32..)
        .map(|number| file::beside(base, &format!(".before-restore-{number}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| file::beside(base, ".before-restore"));
    fs::rename(base, &free).map_err(io(base))?;
    for suffix in ["-wal", "-shm"] {
        let log = file::beside(base, suffix);
        if log.exists() {
            fs::rename(&log, file::beside(&free, suffix)).map_err(io(&log))?;
        }
    }
    Ok(Some(free))
}

impl ReadTx<'_> {
    /// Where the base lies.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn base(&self) -> Result<PathBuf, Error> {
        let files = self.list(Sql::from_literal("PRAGMA database_list"), [], |row| {
            Ok((row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        let main = files.into_iter().find(|(name, _)| name == "main");
        main.map(|(_, file)| PathBuf::from(file)).ok_or(Error::NoRow)
    }
}

impl From<Error> for Finding {
    fn from(error: Error) -> Self {
        Self { text: error.to_string() }
    }
}
