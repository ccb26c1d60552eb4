//! What can go wrong with the file, apart from what a domain refuses.

use std::path::PathBuf;

/// A failure of the base while it is in use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite refused a statement; a defect of ours or of the file.
    #[error("sqlite refused")]
    Sqlite(#[source] rusqlite::Error),
    /// A row that must be there is not.
    #[error("no such row")]
    NoRow,
    /// A stored value cannot be read as what it must be.
    #[error("stored {what} is not readable")]
    Unreadable {
        /// What was being read.
        what: &'static str,
    },
    /// The disk is full; nothing of this command was written.
    #[error("the disk is full")]
    Full,
    /// The base is open for reading only; nothing was written.
    #[error("the base is read-only")]
    ReadOnly,
    /// Too many commands are waiting; nothing was written.
    #[error("the queue of writes is full")]
    Busy,
    /// The command panicked and was rolled back.
    #[error("the command panicked")]
    Panicked,
    /// The writer has stopped.
    #[error("the base is closed")]
    Closed,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            _ if matches!(error, rusqlite::Error::QueryReturnedNoRows) => Self::NoRow,
            _ => Self::Sqlite(error),
        }
    }
}

impl Error {
    /// Whether the file itself is damaged (R10).
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode;
        matches!(self, Self::Sqlite(error)
            if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)))
    }

    /// Whether a unique or foreign-key rule of the schema refused the row.
    #[must_use]
    pub fn is_constraint(&self) -> bool {
        matches!(self, Self::Sqlite(error)
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation))
    }
}

/// Why a base was not opened. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no file.
    #[error("{path}: no such base")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// There is a file where a new base was to be made.
    #[error("{path}: already exists")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a SQLite base.
    #[error("{path}: not an sqlite file")]
    NotABase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a SQLite base of another program.
    #[error("{path}: the base of another program (application id {found:#010x})")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Its application id.
        found: u32,
    },
    /// The file is shorter than its own header says.
    #[error("{path}: truncated, {has} bytes of {needs}")]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        has: u64,
        /// The size its header promises.
        needs: u64,
    },
    /// The schema is of a later version of the program.
    #[error("{path}: schema {found}, this program knows {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema found.
        found: u32,
        /// The newest schema this program knows.
        known: u32,
    },
    /// The pages are damaged.
    #[error("{path}: damaged")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        cause: rusqlite::Error,
    },
    /// A full check found damage.
    #[error("{path}: {finding}")]
    Unsound {
        /// The file.
        path: PathBuf,
        /// The first finding.
        finding: String,
    },
    /// The file lies on another machine, or in a folder that a program synchronises with one.
    #[error("{path}: not on a disk of this machine ({by})")]
    Shared {
        /// The file.
        path: PathBuf,
        /// The kind of file system, or the program.
        by: String,
    },
    /// Another process holds the file.
    #[error("{path}: locked by another process")]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A migration failed and was rolled back.
    #[error("{path}: migration failed: {cause}")]
    Migration {
        /// The file.
        path: PathBuf,
        /// What refinery said.
        cause: String,
    },
    /// The file system refused.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said; printed as part of the text.
        cause: std::io::Error,
    },
    /// The library is older than the one this program needs (messenger rule MSG-D14).
    #[error("sqlite {found} is older than 3.51.3")]
    OldSqlite {
        /// The version linked.
        found: &'static str,
    },
}

impl StartError {
    pub(crate) fn from_sqlite(path: &std::path::Path, cause: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let path = path.to_path_buf();
        match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::NotADatabase) => Self::NotABase { path },
            _ => Self::Damaged { path, cause },
        }
    }
}
