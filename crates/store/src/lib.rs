//! Owns the one SQLite file: opening, migrations, the writer thread, readers, events, blobs, audit, backup.
//! Promises that nothing is acknowledged before it is flushed and that a damaged file is never replaced.
//! Never knows what a school, a chat or a request is.

mod audit;
mod backup;
mod blob;
mod blob_end;
mod collation;
mod error;
mod event;
mod file;
mod fold;
mod instant;
mod key;
mod migrate;
mod password;
mod place;
mod purpose;
mod random;
mod readers;
mod secret;
mod signature;
mod sql;
mod tx;
mod verify;
mod web_push;
mod writer;

mod store;

pub use audit::{Act, Actor, AuditRow, AuditTail};
pub use backup::{BackupReport, RestoreReport, backup, restore};
pub use blob::{BlobId, BlobState, CHUNK_BYTES, chunks_of};
pub use collation::{compare_ru, to_nfc};
pub use error::{Error, StartError};
pub use event::{Commit, Event, NewEvent};
pub use file::{APPLICATION_ID, Health};
pub use instant::UtcInstant;
pub use key::{KeyError, ServerKey};
pub use migrate::{Migration, Schema};
pub use password::{HashCost, HashMemory, LONGEST_PASSWORD, PasswordFault, PasswordHash, PasswordPolicy};
pub use random::Random;
pub use signature::{SigningKey, bytes_of, hex_of, is_signed};
pub use sql::{BadId, Sql, parse_id};
pub use store::{Lane, Mode, Store};
pub use tx::{ReadTx, WriteTx};
pub use verify::{Finding, check, verify};
pub use web_push::{PUSH_AUTH_BYTES, PUSH_KEY_BYTES, Recipient, VapidKey};

/// The store's own migrations.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "V0001__store_base", sql: include_str!("../migrations/V0001__store_base.sql") },
    Migration { name: "V0054__store_secret", sql: include_str!("../migrations/V0054__store_secret.sql") },
    Migration {
        name: "V0076__store_blob_refs",
        sql: include_str!("../migrations/V0076__store_blob_refs.sql"),
    },
];
