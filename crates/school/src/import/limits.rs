//! All limits of the import in one place (C6, K18).

/// The most bytes of one file: five thousand rows of a hundred long cells fit.
pub(crate) const FILE_BYTES: usize = 16 * 1024 * 1024;
/// The most rows of one file, the header not counted.
pub(crate) const ROWS: usize = 5_000;
/// The most columns of one file.
pub(crate) const COLUMNS: usize = 100;
/// The most characters of a cell that is kept as a plain text.
pub(crate) const TEXT: usize = 200;
/// The most characters of an external id and of a login.
pub(crate) const KEY: usize = 40;
/// How many lines from the top may hold titles before the header.
pub(crate) const HEADER_WITHIN: usize = 10;
