//! Owns the link between a person of the school and a VK ID subject: its machine, verbs and append-only log.
//! Promises that a subject is held by one person, that nothing is half-linked, and that every step leaves a row.
//! Never matches anybody by phone or e-mail, and never knows chats, pages or HTTP.

mod claims;
mod ids;
mod names;

mod machine;

mod approval;
mod attempt;
mod change;
mod error;
mod link;
mod log;
mod office;
mod owner;

mod storage;

pub use approval::{Approver, Waiting, approve, reject, waiting_for_administrator, waiting_in_class};
pub use attempt::{
    Landed, Landing, Proposal, begin, cancel, confirm, expected, expire, has_overdue, land, propose, refuse,
};
pub use change::{
    Agreed, Asked, Change, Outcome, WaitingChange, approve_change, ask_change, changes_for_administrator,
    changes_in_class, own_change, reject_change, withdraw_change,
};
pub use claims::{Claims, LinkPath};
pub use error::LinkError;
pub use ids::{ChangeId, LinkId};
pub use link::{Link, LinkChange, is_active, link_of, present_link, state_word};
pub use log::{LogRow, history, history_for};
pub use machine::{
    AttemptRef, Effect, Event, Linked, Password, Refusal, RefusedWhy, Returned, ReviewWhy, State, transition,
};
pub use names::{Comparison, NamePart, compare_names};
pub use office::{
    LinkRow, adopt, linked_subject, list_links, load_link, provider_revoked, reinstate, suspend, unlink_for,
};
pub use owner::unlink;

/// The crate's migrations.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        name: "V0030__linking_link",
        sql: include_str!("../migrations/V0030__linking_link.sql"),
    },
    store::Migration {
        name: "V0061__linking_change",
        sql: include_str!("../migrations/V0061__linking_change.sql"),
    },
];
