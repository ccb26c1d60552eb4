//! The statements of the import: what the base knows, and what a batch has written.

pub(crate) mod batch;
pub(crate) mod known;
pub(crate) mod remove;
pub(crate) mod snapshot;
