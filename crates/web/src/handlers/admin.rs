//! The administrator's pages.

pub(crate) mod applications;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod block;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod import_batch;
pub(crate) mod links;
pub(crate) mod new_person;
pub(crate) mod people;
pub(crate) mod person_access;
pub(crate) mod sessions;
pub(crate) mod slips;
pub(crate) mod sms;
