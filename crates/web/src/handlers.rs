//! One file a page: parse, one read or one write, render (ARC-9).

pub(crate) mod admin;
pub(crate) mod approvals;
pub(crate) mod assets;
pub(crate) mod certificate;
pub(crate) mod changes;
pub(crate) mod context;
pub(crate) mod demo;
pub(crate) mod diary;
pub(crate) mod failure;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod link;
pub(crate) mod oauth;
pub(crate) mod profile;
pub(crate) mod safety;
pub(crate) mod setup;
pub(crate) mod sferum;
pub(crate) mod sign_ins;
pub(crate) mod signin;
pub(crate) mod signout;
pub(crate) mod slip;
pub(crate) mod slips;
pub(crate) mod study;
pub(crate) mod teaching;
pub(crate) mod upload;
pub(crate) mod vkid;
